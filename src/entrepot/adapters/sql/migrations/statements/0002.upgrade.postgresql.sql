DROP INDEX ix_ledger_transfer_credit
;
DROP INDEX ix_ledger_transfer_debit
;
ALTER TABLE ledger_transfer DROP CONSTRAINT ck_ledger_transfer_phase
;
ALTER TABLE ledger_transfer DROP CONSTRAINT fk_ledger_transfer_debit
;
ALTER TABLE ledger_transfer DROP CONSTRAINT fk_ledger_transfer_credit
;
CREATE TABLE account (
    id TEXT NOT NULL,
    login TEXT NOT NULL,
    display TEXT NOT NULL,
    lang TEXT NOT NULL,
    password TEXT NOT NULL,
    state TEXT NOT NULL,
    epoch BIGINT NOT NULL,
    made_at BIGINT NOT NULL,
    made_by TEXT NOT NULL,
    CONSTRAINT pk_account PRIMARY KEY (id),
    CONSTRAINT ck_account_state CHECK (state IN ('active', 'disabled')),
    CONSTRAINT ck_account_login CHECK (login = lower(login) AND login <> ''),
    CONSTRAINT ck_account_password CHECK (password = '' OR substr(password, 1, 10) = '$argon2id$'),
    CONSTRAINT uq_account_login UNIQUE (login)
)
;
CREATE TABLE auction_call (
    id TEXT NOT NULL,
    kind TEXT NOT NULL,
    state TEXT NOT NULL,
    from_t BIGINT NOT NULL,
    to_t BIGINT NOT NULL,
    slot_s BIGINT NOT NULL,
    gate_closure BIGINT NOT NULL,
    zones TEXT NOT NULL,
    classes TEXT NOT NULL,
    links TEXT NOT NULL,
    seed BIGINT NOT NULL,
    fee_ppm_max BIGINT NOT NULL,
    credit_bp BIGINT NOT NULL,
    rates TEXT NOT NULL,
    seal_key TEXT NOT NULL,
    released_key TEXT NOT NULL,
    opened_at BIGINT NOT NULL,
    opened_by TEXT NOT NULL,
    closed_at BIGINT,
    ended_at BIGINT,
    note TEXT NOT NULL,
    CONSTRAINT pk_auction_call PRIMARY KEY (id),
    CONSTRAINT ck_auction_call_state CHECK (state IN ('open', 'closed', 'cleared', 'void')),
    CONSTRAINT ck_auction_call_window CHECK (from_t < to_t AND gate_closure <= from_t AND slot_s > 0)
)
;
CREATE TABLE ceremony (
    digest TEXT NOT NULL,
    kind TEXT NOT NULL,
    account_id TEXT NOT NULL,
    body TEXT NOT NULL,
    expires_at BIGINT NOT NULL,
    CONSTRAINT pk_ceremony PRIMARY KEY (digest)
)
;
CREATE TABLE closed_month (
    month TEXT NOT NULL,
    closed_at BIGINT NOT NULL,
    closed_by TEXT NOT NULL,
    CONSTRAINT pk_closed_month PRIMARY KEY (month)
)
;
CREATE TABLE fx_quote (
    id TEXT NOT NULL,
    pair TEXT NOT NULL,
    rate TEXT NOT NULL,
    source TEXT NOT NULL,
    fixed_on TEXT NOT NULL,
    side TEXT NOT NULL,
    valid_until BIGINT,
    kept_at BIGINT NOT NULL,
    CONSTRAINT pk_fx_quote PRIMARY KEY (id),
    CONSTRAINT ck_fx_quote_side CHECK (side IN ('mid', 'buy', 'sell'))
)
;
CREATE TABLE invitation (
    id TEXT NOT NULL,
    kind TEXT NOT NULL,
    digest TEXT NOT NULL,
    login TEXT NOT NULL,
    role TEXT NOT NULL,
    scope TEXT NOT NULL,
    scope_id TEXT NOT NULL,
    level TEXT NOT NULL,
    made_at BIGINT NOT NULL,
    made_by TEXT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at BIGINT,
    account_id TEXT NOT NULL,
    CONSTRAINT pk_invitation PRIMARY KEY (id),
    CONSTRAINT ck_invitation_kind CHECK (kind IN ('setup', 'invite', 'reset')),
    CONSTRAINT ck_invitation_digest CHECK (length(digest) = 64),
    CONSTRAINT uq_invitation_digest UNIQUE (digest)
)
;
CREATE TABLE login_attempts (
    key TEXT NOT NULL,
    failures BIGINT NOT NULL,
    last_at BIGINT NOT NULL,
    wait_until BIGINT NOT NULL,
    CONSTRAINT pk_login_attempts PRIMARY KEY (key)
)
;
CREATE TABLE price_plan (
    id TEXT NOT NULL,
    revision BIGINT NOT NULL,
    firms TEXT NOT NULL,
    body TEXT NOT NULL,
    digest TEXT NOT NULL,
    added_at BIGINT NOT NULL,
    added_by TEXT NOT NULL,
    CONSTRAINT pk_price_plan PRIMARY KEY (id, revision),
    CONSTRAINT ck_price_plan_revision CHECK (revision > 0)
)
;
CREATE TABLE agent (
    id TEXT NOT NULL,
    centre_id TEXT NOT NULL,
    name TEXT NOT NULL,
    public_key TEXT NOT NULL,
    state TEXT NOT NULL,
    enrolled_at BIGINT NOT NULL,
    last_seen BIGINT NOT NULL,
    last_seq BIGINT NOT NULL,
    last_digest TEXT NOT NULL,
    backend TEXT NOT NULL,
    CONSTRAINT pk_agent PRIMARY KEY (id),
    CONSTRAINT ck_agent_state CHECK (state IN ('active', 'draining', 'revoked')),
    CONSTRAINT fk_agent_centre_id FOREIGN KEY(centre_id) REFERENCES centre (id),
    CONSTRAINT uq_agent_public_key UNIQUE (public_key)
)
;
CREATE TABLE agent_token (
    id TEXT NOT NULL,
    centre_id TEXT NOT NULL,
    digest TEXT NOT NULL,
    made_at BIGINT NOT NULL,
    made_by TEXT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at BIGINT,
    agent_id TEXT NOT NULL,
    CONSTRAINT pk_agent_token PRIMARY KEY (id),
    CONSTRAINT ck_agent_token_used CHECK ((used_at IS NULL) = (agent_id = '')),
    CONSTRAINT fk_agent_token_centre_id FOREIGN KEY(centre_id) REFERENCES centre (id),
    CONSTRAINT uq_agent_token_digest UNIQUE (digest)
)
;
CREATE TABLE api_token (
    id TEXT NOT NULL,
    account_id TEXT NOT NULL,
    name TEXT NOT NULL,
    digest TEXT NOT NULL,
    scopes TEXT NOT NULL,
    made_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at BIGINT,
    revoked_at BIGINT,
    CONSTRAINT pk_api_token PRIMARY KEY (id),
    CONSTRAINT ck_api_token_digest CHECK (length(digest) = 64),
    CONSTRAINT fk_api_token_account_id FOREIGN KEY(account_id) REFERENCES account (id),
    CONSTRAINT uq_api_token_digest UNIQUE (digest)
)
;
CREATE TABLE auction_clearing (
    call_id TEXT NOT NULL,
    certificate TEXT NOT NULL,
    folder TEXT NOT NULL,
    digest TEXT NOT NULL,
    cleared_at BIGINT NOT NULL,
    cleared_by TEXT NOT NULL,
    CONSTRAINT pk_auction_clearing PRIMARY KEY (call_id),
    CONSTRAINT fk_auction_clearing_call_id FOREIGN KEY(call_id) REFERENCES auction_call (id)
)
;
CREATE TABLE auction_order (
    id TEXT NOT NULL,
    call_id TEXT NOT NULL,
    seq BIGINT NOT NULL,
    side TEXT NOT NULL,
    firm_id TEXT,
    centre_id TEXT,
    group_id TEXT NOT NULL,
    commitment TEXT NOT NULL,
    sealed TEXT NOT NULL,
    hold_id TEXT NOT NULL,
    hold_minor BIGINT NOT NULL,
    stock TEXT NOT NULL,
    placed_at BIGINT NOT NULL,
    placed_by TEXT NOT NULL,
    state TEXT NOT NULL,
    reason TEXT NOT NULL,
    body TEXT NOT NULL,
    CONSTRAINT pk_auction_order PRIMARY KEY (id),
    CONSTRAINT auction_order_number UNIQUE (call_id, seq),
    CONSTRAINT auction_order_commitment UNIQUE (call_id, commitment),
    CONSTRAINT ck_auction_order_side CHECK (side IN ('order', 'ask')),
    CONSTRAINT ck_auction_order_hold CHECK (hold_minor >= 0),
    CONSTRAINT ck_auction_order_party CHECK (firm_id IS NOT NULL OR centre_id IS NOT NULL),
    CONSTRAINT fk_auction_order_call_id FOREIGN KEY(call_id) REFERENCES auction_call (id),
    CONSTRAINT fk_auction_order_firm_id FOREIGN KEY(firm_id) REFERENCES firm (id),
    CONSTRAINT fk_auction_order_centre_id FOREIGN KEY(centre_id) REFERENCES centre (id)
)
;
CREATE TABLE centre_statement (
    id TEXT NOT NULL,
    number TEXT NOT NULL,
    branch TEXT NOT NULL,
    year BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    centre_id TEXT NOT NULL,
    month TEXT NOT NULL,
    issued_at BIGINT NOT NULL,
    body TEXT NOT NULL,
    digest TEXT NOT NULL,
    CONSTRAINT pk_centre_statement PRIMARY KEY (id),
    CONSTRAINT centre_statement_gapless UNIQUE (branch, year, seq),
    CONSTRAINT centre_statement_once UNIQUE (centre_id, month),
    CONSTRAINT uq_centre_statement_number UNIQUE (number),
    CONSTRAINT fk_centre_statement_centre_id FOREIGN KEY(centre_id) REFERENCES centre (id)
)
;
CREATE TABLE four_eyes_end (
    proposal_id TEXT NOT NULL,
    state TEXT NOT NULL,
    person TEXT NOT NULL,
    at BIGINT NOT NULL,
    reason TEXT NOT NULL,
    result TEXT NOT NULL,
    CONSTRAINT pk_four_eyes_end PRIMARY KEY (proposal_id),
    CONSTRAINT ck_four_eyes_end_state CHECK (state IN ('approved', 'refused', 'withdrawn')),
    CONSTRAINT fk_four_eyes_end_proposal_id FOREIGN KEY(proposal_id) REFERENCES four_eyes (id)
)
;
CREATE TABLE fx_fixing (
    id BIGSERIAL NOT NULL,
    pair TEXT NOT NULL,
    day TEXT NOT NULL,
    rate TEXT NOT NULL,
    source TEXT NOT NULL,
    proposal_id TEXT NOT NULL,
    recorded_at BIGINT NOT NULL,
    CONSTRAINT pk_fx_fixing PRIMARY KEY (id),
    CONSTRAINT fk_fx_fixing_proposal_id FOREIGN KEY(proposal_id) REFERENCES four_eyes (id)
)
;
CREATE TABLE fx_use (
    subject TEXT NOT NULL,
    fx_quote_id TEXT NOT NULL,
    CONSTRAINT pk_fx_use PRIMARY KEY (subject, fx_quote_id),
    CONSTRAINT fk_fx_use_fx_quote_id FOREIGN KEY(fx_quote_id) REFERENCES fx_quote (id)
)
;
CREATE TABLE isolation (
    id TEXT NOT NULL,
    firm_id TEXT NOT NULL,
    centre_id TEXT NOT NULL,
    lease_id TEXT NOT NULL,
    separation TEXT NOT NULL,
    key_holder TEXT NOT NULL,
    stated_by TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    from_day TEXT NOT NULL,
    until_day TEXT NOT NULL,
    recorded_on TEXT NOT NULL,
    ended_on TEXT NOT NULL,
    ended_by TEXT NOT NULL,
    end_reason TEXT NOT NULL,
    CONSTRAINT pk_isolation PRIMARY KEY (id),
    CONSTRAINT ck_isolation_days CHECK (until_day = '' OR from_day < until_day),
    CONSTRAINT fk_isolation_firm_id FOREIGN KEY(firm_id) REFERENCES firm (id),
    CONSTRAINT fk_isolation_centre_id FOREIGN KEY(centre_id) REFERENCES centre (id)
)
;
CREATE TABLE login_session (
    id TEXT NOT NULL,
    account_id TEXT NOT NULL,
    digest TEXT NOT NULL,
    epoch BIGINT NOT NULL,
    made_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    ended_at BIGINT,
    address TEXT NOT NULL,
    agent TEXT NOT NULL,
    CONSTRAINT pk_login_session PRIMARY KEY (id),
    CONSTRAINT ck_login_session_digest CHECK (length(digest) = 64),
    CONSTRAINT fk_login_session_account_id FOREIGN KEY(account_id) REFERENCES account (id),
    CONSTRAINT uq_login_session_digest UNIQUE (digest)
)
;
CREATE TABLE outside_login (
    issuer TEXT NOT NULL,
    subject TEXT NOT NULL,
    account_id TEXT NOT NULL,
    made_at BIGINT NOT NULL,
    CONSTRAINT pk_outside_login PRIMARY KEY (issuer, subject),
    CONSTRAINT fk_outside_login_account_id FOREIGN KEY(account_id) REFERENCES account (id)
)
;
CREATE TABLE passkey (
    id TEXT NOT NULL,
    account_id TEXT NOT NULL,
    public_key TEXT NOT NULL,
    sign_count BIGINT NOT NULL,
    name TEXT NOT NULL,
    made_at BIGINT NOT NULL,
    used_at BIGINT,
    CONSTRAINT pk_passkey PRIMARY KEY (id),
    CONSTRAINT fk_passkey_account_id FOREIGN KEY(account_id) REFERENCES account (id)
)
;
CREATE TABLE project (
    id TEXT NOT NULL,
    firm_id TEXT NOT NULL,
    name TEXT NOT NULL,
    made_at BIGINT NOT NULL,
    made_by TEXT NOT NULL,
    closed_at BIGINT,
    CONSTRAINT pk_project PRIMARY KEY (id),
    CONSTRAINT fk_project_firm_id FOREIGN KEY(firm_id) REFERENCES firm (id)
)
;
CREATE TABLE purchase_contract (
    id TEXT NOT NULL,
    centre_id TEXT NOT NULL,
    branch TEXT NOT NULL,
    currency TEXT NOT NULL,
    payment_days BIGINT NOT NULL,
    commitments TEXT NOT NULL,
    from_day TEXT NOT NULL,
    to_day TEXT,
    state TEXT NOT NULL,
    standing BIGINT NOT NULL,
    made_by TEXT NOT NULL,
    made_at BIGINT NOT NULL,
    signed_by TEXT,
    signed_at BIGINT,
    reference TEXT NOT NULL,
    digest TEXT NOT NULL,
    ended_on TEXT,
    CONSTRAINT pk_purchase_contract PRIMARY KEY (id),
    CONSTRAINT ck_purchase_contract_currency CHECK (currency = 'CNH'),
    CONSTRAINT fk_purchase_contract_centre_id FOREIGN KEY(centre_id) REFERENCES centre (id)
)
;
CREATE TABLE revaluation (
    on_day TEXT NOT NULL,
    fx_quote_id TEXT NOT NULL,
    position_minor BIGINT NOT NULL,
    carrying_minor BIGINT NOT NULL,
    at_mid_minor BIGINT NOT NULL,
    unrealised_minor BIGINT NOT NULL,
    booked_at BIGINT NOT NULL,
    reversed_at BIGINT,
    CONSTRAINT pk_revaluation PRIMARY KEY (on_day),
    CONSTRAINT ck_revaluation_sum CHECK (unrealised_minor = at_mid_minor - carrying_minor),
    CONSTRAINT fk_revaluation_fx_quote_id FOREIGN KEY(fx_quote_id) REFERENCES fx_quote (id)
)
;
CREATE TABLE role_grant (
    id TEXT NOT NULL,
    account_id TEXT NOT NULL,
    role TEXT NOT NULL,
    scope TEXT NOT NULL,
    scope_id TEXT NOT NULL,
    level TEXT NOT NULL,
    made_at BIGINT NOT NULL,
    made_by TEXT NOT NULL,
    proposal_id TEXT NOT NULL,
    ended_at BIGINT,
    CONSTRAINT pk_role_grant PRIMARY KEY (id),
    CONSTRAINT ck_role_grant_place CHECK ((role = 'tenant' AND scope IN ('firm', 'project')) OR (role = 'supplier' AND scope = 'centre') OR (role IN ('operator', 'auditor') AND scope = 'house') OR (role = 'voucher_authority' AND scope = 'programme')),
    CONSTRAINT ck_role_grant_scope CHECK ((scope = 'house') = (scope_id = '')),
    CONSTRAINT ck_role_grant_level CHECK (level IN ('read', 'work', 'lead')),
    CONSTRAINT fk_role_grant_account_id FOREIGN KEY(account_id) REFERENCES account (id)
)
;
CREATE TABLE user_contract (
    id TEXT NOT NULL,
    firm_id TEXT NOT NULL,
    branch TEXT NOT NULL,
    currency TEXT NOT NULL,
    terms TEXT NOT NULL,
    limit_minor BIGINT NOT NULL,
    payment_days BIGINT NOT NULL,
    billing TEXT NOT NULL,
    plan TEXT,
    from_day TEXT NOT NULL,
    to_day TEXT,
    state TEXT NOT NULL,
    standing BIGINT NOT NULL,
    made_by TEXT NOT NULL,
    made_at BIGINT NOT NULL,
    signed_by TEXT,
    signed_at BIGINT,
    reference TEXT NOT NULL,
    digest TEXT NOT NULL,
    ended_on TEXT,
    CONSTRAINT pk_user_contract PRIMARY KEY (id),
    CONSTRAINT ck_user_contract_currency CHECK (currency = 'HKD'),
    CONSTRAINT ck_user_contract_range CHECK (limit_minor >= 0 AND payment_days >= 0),
    CONSTRAINT ck_user_contract_signed CHECK (state = 'draft' OR state = 'ended' OR signed_by IS NOT NULL),
    CONSTRAINT ck_user_contract_two_persons CHECK (terms <> 'credit' OR signed_by IS NULL OR signed_by <> made_by),
    CONSTRAINT fk_user_contract_firm_id FOREIGN KEY(firm_id) REFERENCES firm (id)
)
;
CREATE TABLE auction_result (
    order_id TEXT NOT NULL,
    call_id TEXT NOT NULL,
    firm_id TEXT,
    centre_id TEXT,
    charge_minor BIGINT NOT NULL,
    whole_minor BIGINT NOT NULL,
    fee_minor BIGINT NOT NULL,
    fraction_minor BIGINT NOT NULL,
    net_minor BIGINT NOT NULL,
    body TEXT NOT NULL,
    CONSTRAINT pk_auction_result PRIMARY KEY (order_id),
    CONSTRAINT ck_auction_result_net CHECK (net_minor >= 0),
    CONSTRAINT fk_auction_result_order_id FOREIGN KEY(order_id) REFERENCES auction_order (id),
    CONSTRAINT fk_auction_result_call_id FOREIGN KEY(call_id) REFERENCES auction_call (id),
    CONSTRAINT fk_auction_result_firm_id FOREIGN KEY(firm_id) REFERENCES firm (id),
    CONSTRAINT fk_auction_result_centre_id FOREIGN KEY(centre_id) REFERENCES centre (id)
)
;
CREATE TABLE bank_entry (
    id TEXT NOT NULL,
    mark TEXT NOT NULL,
    read_at BIGINT NOT NULL,
    end_to_end_id TEXT NOT NULL,
    asset TEXT NOT NULL,
    minor BIGINT NOT NULL,
    status TEXT NOT NULL,
    bank_reference TEXT NOT NULL,
    booked_on TEXT NOT NULL,
    counterparty TEXT NOT NULL,
    info TEXT NOT NULL,
    batch_id TEXT,
    leg TEXT NOT NULL,
    note TEXT NOT NULL,
    matched_by TEXT NOT NULL,
    CONSTRAINT pk_bank_entry PRIMARY KEY (id),
    CONSTRAINT ck_bank_entry_status CHECK (status IN ('booked', 'pending', 'rejected')),
    CONSTRAINT ck_bank_entry_moved CHECK (status = 'booked' OR minor = 0),
    CONSTRAINT uq_bank_entry_mark UNIQUE (mark),
    CONSTRAINT fk_bank_entry_batch_id FOREIGN KEY(batch_id) REFERENCES batch (id)
)
;
CREATE TABLE batch_member (
    batch_id TEXT NOT NULL,
    member_id TEXT NOT NULL,
    centre_minor BIGINT NOT NULL,
    carrying_minor BIGINT NOT NULL,
    CONSTRAINT pk_batch_member PRIMARY KEY (batch_id, member_id),
    CONSTRAINT fk_batch_member_batch_id FOREIGN KEY(batch_id) REFERENCES batch (id)
)
;
CREATE TABLE budget (
    id TEXT NOT NULL,
    firm_id TEXT NOT NULL,
    project_id TEXT,
    month TEXT NOT NULL,
    limit_minor BIGINT NOT NULL,
    hard_stop BIGINT NOT NULL,
    made_at BIGINT NOT NULL,
    made_by TEXT NOT NULL,
    ended_at BIGINT,
    CONSTRAINT pk_budget PRIMARY KEY (id),
    CONSTRAINT ck_budget_limit CHECK (limit_minor > 0),
    CONSTRAINT ck_budget_month CHECK (length(month) = 7),
    CONSTRAINT ck_budget_stop CHECK (hard_stop IN (0, 1)),
    CONSTRAINT fk_budget_firm_id FOREIGN KEY(firm_id) REFERENCES firm (id),
    CONSTRAINT fk_budget_project_id FOREIGN KEY(project_id) REFERENCES project (id)
)
;
CREATE TABLE device_promise (
    pool_id TEXT NOT NULL,
    hour BIGINT NOT NULL,
    devices BIGINT NOT NULL,
    CONSTRAINT pk_device_promise PRIMARY KEY (pool_id, hour),
    CONSTRAINT ck_device_promise_devices CHECK (devices >= 0),
    CONSTRAINT fk_device_promise_pool_id FOREIGN KEY(pool_id) REFERENCES pool (id)
)
;
CREATE TABLE month_invoice (
    id TEXT NOT NULL,
    number TEXT NOT NULL,
    branch TEXT NOT NULL,
    year BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    firm_id TEXT NOT NULL,
    contract_id TEXT NOT NULL,
    month TEXT NOT NULL,
    issued_at BIGINT NOT NULL,
    due_on TEXT NOT NULL,
    total_minor BIGINT NOT NULL,
    extra_minor BIGINT NOT NULL,
    body TEXT NOT NULL,
    digest TEXT NOT NULL,
    CONSTRAINT pk_month_invoice PRIMARY KEY (id),
    CONSTRAINT month_invoice_gapless UNIQUE (branch, year, seq),
    CONSTRAINT month_invoice_once UNIQUE (contract_id, month),
    CONSTRAINT uq_month_invoice_number UNIQUE (number),
    CONSTRAINT fk_month_invoice_firm_id FOREIGN KEY(firm_id) REFERENCES firm (id),
    CONSTRAINT fk_month_invoice_contract_id FOREIGN KEY(contract_id) REFERENCES user_contract (id)
)
;
CREATE TABLE own_rmb (
    id TEXT NOT NULL,
    batch_id TEXT NOT NULL,
    at BIGINT NOT NULL,
    cnh_minor BIGINT NOT NULL,
    hkd_minor BIGINT NOT NULL,
    why TEXT NOT NULL,
    CONSTRAINT pk_own_rmb PRIMARY KEY (id),
    CONSTRAINT fk_own_rmb_batch_id FOREIGN KEY(batch_id) REFERENCES batch (id)
)
;
CREATE TABLE payment_line (
    end_to_end_id TEXT NOT NULL,
    message_id TEXT NOT NULL,
    digest TEXT NOT NULL,
    batch_id TEXT NOT NULL,
    leg TEXT NOT NULL,
    asset TEXT NOT NULL,
    minor BIGINT NOT NULL,
    sells_minor BIGINT NOT NULL,
    made_at BIGINT NOT NULL,
    made_by TEXT NOT NULL,
    CONSTRAINT pk_payment_line PRIMARY KEY (end_to_end_id),
    CONSTRAINT ck_payment_line_amount CHECK (minor > 0 AND sells_minor >= 0),
    CONSTRAINT ck_payment_line_leg CHECK (leg IN ('fx', 'pay')),
    CONSTRAINT fk_payment_line_batch_id FOREIGN KEY(batch_id) REFERENCES batch (id)
)
;
CREATE TABLE pool_terms (
    pool_id TEXT NOT NULL,
    kinds TEXT NOT NULL,
    nodes TEXT NOT NULL,
    CONSTRAINT pk_pool_terms PRIMARY KEY (pool_id),
    CONSTRAINT fk_pool_terms_pool_id FOREIGN KEY(pool_id) REFERENCES pool (id)
)
;
CREATE TABLE project_quote (
    quote_id TEXT NOT NULL,
    project_id TEXT NOT NULL,
    firm_id TEXT NOT NULL,
    CONSTRAINT pk_project_quote PRIMARY KEY (quote_id),
    CONSTRAINT fk_project_quote_quote_id FOREIGN KEY(quote_id) REFERENCES quote (id),
    CONSTRAINT fk_project_quote_project_id FOREIGN KEY(project_id) REFERENCES project (id)
)
;
CREATE TABLE receivable_item (
    document_id TEXT NOT NULL,
    number TEXT NOT NULL,
    kind TEXT NOT NULL,
    firm_id TEXT NOT NULL,
    contract_id TEXT NOT NULL,
    terms TEXT NOT NULL,
    issued_at BIGINT NOT NULL,
    due_on TEXT,
    payable_minor BIGINT NOT NULL,
    prepaid_minor BIGINT NOT NULL,
    CONSTRAINT pk_receivable_item PRIMARY KEY (document_id),
    CONSTRAINT ck_receivable_item_kind CHECK (kind IN ('job', 'bill', 'month')),
    CONSTRAINT ck_receivable_item_range CHECK (prepaid_minor BETWEEN 0 AND payable_minor),
    CONSTRAINT uq_receivable_item_number UNIQUE (number),
    CONSTRAINT fk_receivable_item_firm_id FOREIGN KEY(firm_id) REFERENCES firm (id),
    CONSTRAINT fk_receivable_item_contract_id FOREIGN KEY(contract_id) REFERENCES user_contract (id)
)
;
CREATE TABLE settlement_debt (
    id TEXT NOT NULL,
    centre_id TEXT NOT NULL,
    origin TEXT NOT NULL,
    reason TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    centre_minor BIGINT NOT NULL,
    carrying_minor BIGINT NOT NULL,
    batch_id TEXT,
    CONSTRAINT pk_settlement_debt PRIMARY KEY (id),
    CONSTRAINT ck_settlement_debt_amount CHECK (centre_minor <> 0 OR carrying_minor <> 0),
    CONSTRAINT fk_settlement_debt_centre_id FOREIGN KEY(centre_id) REFERENCES centre (id),
    CONSTRAINT fk_settlement_debt_batch_id FOREIGN KEY(batch_id) REFERENCES batch (id)
)
;
CREATE TABLE budget_mark (
    budget_id TEXT NOT NULL,
    percent BIGINT NOT NULL,
    firm_id TEXT NOT NULL,
    reached_at BIGINT,
    spent_minor BIGINT,
    CONSTRAINT pk_budget_mark PRIMARY KEY (budget_id, percent),
    CONSTRAINT ck_budget_mark_percent CHECK (percent > 0),
    CONSTRAINT ck_budget_mark_both CHECK ((reached_at IS NULL) = (spent_minor IS NULL)),
    CONSTRAINT fk_budget_mark_budget_id FOREIGN KEY(budget_id) REFERENCES budget (id),
    CONSTRAINT fk_budget_mark_firm_id FOREIGN KEY(firm_id) REFERENCES firm (id)
)
;
CREATE TABLE receipt (
    id TEXT NOT NULL,
    firm_id TEXT NOT NULL,
    document_id TEXT NOT NULL,
    reference TEXT NOT NULL,
    source TEXT NOT NULL,
    received_at BIGINT NOT NULL,
    amount_minor BIGINT NOT NULL,
    applied_minor BIGINT NOT NULL,
    recovered_minor BIGINT NOT NULL,
    excess_minor BIGINT NOT NULL,
    CONSTRAINT pk_receipt PRIMARY KEY (id),
    CONSTRAINT ck_receipt_sum CHECK (amount_minor = applied_minor + recovered_minor + excess_minor),
    CONSTRAINT ck_receipt_range CHECK (amount_minor > 0 AND applied_minor >= 0 AND recovered_minor >= 0 AND excess_minor >= 0),
    CONSTRAINT receipt_once UNIQUE (firm_id, reference),
    CONSTRAINT fk_receipt_firm_id FOREIGN KEY(firm_id) REFERENCES firm (id),
    CONSTRAINT fk_receipt_document_id FOREIGN KEY(document_id) REFERENCES receivable_item (document_id)
)
;
CREATE TABLE reminder_letter (
    document_id TEXT NOT NULL,
    level BIGINT NOT NULL,
    firm_id TEXT NOT NULL,
    written_at BIGINT NOT NULL,
    body TEXT NOT NULL,
    digest TEXT NOT NULL,
    CONSTRAINT pk_reminder_letter PRIMARY KEY (document_id, level),
    CONSTRAINT ck_reminder_letter_level CHECK (level BETWEEN 1 AND 3),
    CONSTRAINT fk_reminder_letter_document_id FOREIGN KEY(document_id) REFERENCES receivable_item (document_id),
    CONSTRAINT fk_reminder_letter_firm_id FOREIGN KEY(firm_id) REFERENCES firm (id)
)
;
CREATE TABLE write_off (
    document_id TEXT NOT NULL,
    firm_id TEXT NOT NULL,
    minor BIGINT NOT NULL,
    at BIGINT NOT NULL,
    proposal_id TEXT NOT NULL,
    CONSTRAINT pk_write_off PRIMARY KEY (document_id),
    CONSTRAINT ck_write_off_range CHECK (minor > 0),
    CONSTRAINT fk_write_off_document_id FOREIGN KEY(document_id) REFERENCES receivable_item (document_id),
    CONSTRAINT fk_write_off_firm_id FOREIGN KEY(firm_id) REFERENCES firm (id),
    CONSTRAINT fk_write_off_proposal_id FOREIGN KEY(proposal_id) REFERENCES four_eyes (id)
)
;
CREATE TABLE auction_lease (
    lease_id TEXT NOT NULL,
    call_id TEXT NOT NULL,
    order_id TEXT NOT NULL,
    option TEXT NOT NULL,
    firm_id TEXT NOT NULL,
    centre_id TEXT NOT NULL,
    pool_id TEXT NOT NULL,
    devices BIGINT NOT NULL,
    from_t BIGINT NOT NULL,
    to_t BIGINT NOT NULL,
    paid_minor BIGINT NOT NULL,
    owed_minor BIGINT NOT NULL,
    CONSTRAINT pk_auction_lease PRIMARY KEY (lease_id),
    CONSTRAINT ck_auction_lease_size CHECK (devices > 0 AND from_t < to_t),
    CONSTRAINT fk_auction_lease_lease_id FOREIGN KEY(lease_id) REFERENCES lease (id),
    CONSTRAINT fk_auction_lease_call_id FOREIGN KEY(call_id) REFERENCES auction_call (id),
    CONSTRAINT fk_auction_lease_order_id FOREIGN KEY(order_id) REFERENCES auction_order (id),
    CONSTRAINT fk_auction_lease_firm_id FOREIGN KEY(firm_id) REFERENCES firm (id),
    CONSTRAINT fk_auction_lease_centre_id FOREIGN KEY(centre_id) REFERENCES centre (id),
    CONSTRAINT fk_auction_lease_pool_id FOREIGN KEY(pool_id) REFERENCES pool (id)
)
;
CREATE TABLE contract_member (
    lease_id TEXT NOT NULL,
    user_contract_id TEXT NOT NULL,
    purchase_contract_id TEXT NOT NULL,
    terms TEXT NOT NULL,
    bound_at BIGINT NOT NULL,
    CONSTRAINT pk_contract_member PRIMARY KEY (lease_id),
    CONSTRAINT fk_contract_member_lease_id FOREIGN KEY(lease_id) REFERENCES lease (id),
    CONSTRAINT fk_contract_member_user_contract_id FOREIGN KEY(user_contract_id) REFERENCES user_contract (id),
    CONSTRAINT fk_contract_member_purchase_contract_id FOREIGN KEY(purchase_contract_id) REFERENCES purchase_contract (id)
)
;
CREATE TABLE lease_change (
    lease_id TEXT NOT NULL,
    number BIGINT NOT NULL,
    what TEXT NOT NULL,
    before TEXT NOT NULL,
    after TEXT NOT NULL,
    reason TEXT NOT NULL,
    changed_at BIGINT NOT NULL,
    changed_by TEXT NOT NULL,
    CONSTRAINT pk_lease_change PRIMARY KEY (lease_id, number),
    CONSTRAINT ck_lease_change_number CHECK (number > 0),
    CONSTRAINT ck_lease_change_what CHECK (what IN ('extend', 'shrink', 'give_back')),
    CONSTRAINT fk_lease_change_lease_id FOREIGN KEY(lease_id) REFERENCES lease (id)
)
;
CREATE TABLE usage_waiting (
    source TEXT NOT NULL,
    id TEXT NOT NULL,
    lease_id TEXT NOT NULL,
    body TEXT NOT NULL,
    signature TEXT NOT NULL,
    received_at BIGINT NOT NULL,
    CONSTRAINT pk_usage_waiting PRIMARY KEY (source, id),
    CONSTRAINT fk_usage_waiting_lease_id FOREIGN KEY(lease_id) REFERENCES lease (id)
)
;
CREATE TABLE assignment (
    id TEXT NOT NULL,
    job_id TEXT NOT NULL,
    lease_id TEXT NOT NULL,
    centre_id TEXT NOT NULL,
    fence BIGINT NOT NULL,
    agent_id TEXT NOT NULL,
    state TEXT NOT NULL,
    queued_at BIGINT NOT NULL,
    given_at BIGINT,
    cancelled BIGINT NOT NULL,
    spec TEXT NOT NULL,
    seen TEXT NOT NULL,
    outputs TEXT NOT NULL,
    CONSTRAINT pk_assignment PRIMARY KEY (id),
    CONSTRAINT ck_assignment_state CHECK (state IN ('waiting', 'given', 'running', 'done', 'lost', 'failed')),
    CONSTRAINT ck_assignment_waiting CHECK (state <> 'waiting' OR agent_id = ''),
    CONSTRAINT ck_assignment_held CHECK (state NOT IN ('given', 'running') OR agent_id <> ''),
    CONSTRAINT assignment_fence UNIQUE (job_id, fence),
    CONSTRAINT fk_assignment_job_id FOREIGN KEY(job_id) REFERENCES job (id),
    CONSTRAINT fk_assignment_lease_id FOREIGN KEY(lease_id) REFERENCES lease (id),
    CONSTRAINT fk_assignment_centre_id FOREIGN KEY(centre_id) REFERENCES centre (id)
)
;
CREATE TABLE auction_job (
    lease_id TEXT NOT NULL,
    firm_id TEXT NOT NULL,
    job TEXT NOT NULL,
    given_at BIGINT NOT NULL,
    given_by TEXT NOT NULL,
    CONSTRAINT pk_auction_job PRIMARY KEY (lease_id),
    CONSTRAINT fk_auction_job_lease_id FOREIGN KEY(lease_id) REFERENCES auction_lease (lease_id),
    CONSTRAINT fk_auction_job_firm_id FOREIGN KEY(firm_id) REFERENCES firm (id)
)
;
CREATE TABLE auction_slot (
    lease_id TEXT NOT NULL,
    slot_t BIGINT NOT NULL,
    slot_s BIGINT NOT NULL,
    firm_id TEXT NOT NULL,
    centre_id TEXT NOT NULL,
    paid_minor BIGINT NOT NULL,
    owed_minor BIGINT NOT NULL,
    state TEXT NOT NULL,
    reference TEXT NOT NULL,
    changed_at BIGINT NOT NULL,
    CONSTRAINT pk_auction_slot PRIMARY KEY (lease_id, slot_t),
    CONSTRAINT ck_auction_slot_state CHECK (state IN ('due', 'delivered', 'failed', 'yielded', 'resold')),
    CONSTRAINT fk_auction_slot_lease_id FOREIGN KEY(lease_id) REFERENCES auction_lease (lease_id),
    CONSTRAINT fk_auction_slot_firm_id FOREIGN KEY(firm_id) REFERENCES firm (id),
    CONSTRAINT fk_auction_slot_centre_id FOREIGN KEY(centre_id) REFERENCES centre (id)
)
;
CREATE TABLE auction_standing (
    ask_id TEXT NOT NULL,
    order_id TEXT,
    call_id TEXT NOT NULL,
    lease_id TEXT NOT NULL,
    firm_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    from_t BIGINT NOT NULL,
    to_t BIGINT NOT NULL,
    whole BIGINT NOT NULL,
    CONSTRAINT pk_auction_standing PRIMARY KEY (ask_id),
    CONSTRAINT ck_auction_standing_kind CHECK (kind IN ('elastic', 'resale')),
    CONSTRAINT ck_auction_standing_pair CHECK ((kind = 'elastic') = (order_id IS NOT NULL)),
    CONSTRAINT ck_auction_standing_window CHECK (from_t < to_t),
    CONSTRAINT fk_auction_standing_ask_id FOREIGN KEY(ask_id) REFERENCES auction_order (id),
    CONSTRAINT uq_auction_standing_order_id UNIQUE (order_id),
    CONSTRAINT fk_auction_standing_order_id FOREIGN KEY(order_id) REFERENCES auction_order (id),
    CONSTRAINT fk_auction_standing_call_id FOREIGN KEY(call_id) REFERENCES auction_call (id),
    CONSTRAINT fk_auction_standing_lease_id FOREIGN KEY(lease_id) REFERENCES auction_lease (lease_id),
    CONSTRAINT fk_auction_standing_firm_id FOREIGN KEY(firm_id) REFERENCES firm (id)
)
;
CREATE TABLE lost_time (
    id TEXT NOT NULL,
    lease_id TEXT NOT NULL,
    job_id TEXT NOT NULL,
    seconds BIGINT NOT NULL,
    reason TEXT NOT NULL,
    reference TEXT NOT NULL,
    recorded_at BIGINT NOT NULL,
    recorded_by TEXT NOT NULL,
    CONSTRAINT pk_lost_time PRIMARY KEY (id),
    CONSTRAINT lost_time_once UNIQUE (lease_id, reference),
    CONSTRAINT ck_lost_time_seconds CHECK (seconds > 0),
    CONSTRAINT fk_lost_time_lease_id FOREIGN KEY(lease_id) REFERENCES lease (id),
    CONSTRAINT fk_lost_time_job_id FOREIGN KEY(job_id) REFERENCES job (id)
)
;
CREATE TABLE accrued_line (
    id TEXT NOT NULL,
    number BIGINT NOT NULL,
    kind TEXT NOT NULL,
    firm_id TEXT NOT NULL,
    job_id TEXT,
    lease_id TEXT,
    invoice_id TEXT,
    month TEXT NOT NULL,
    booked_in TEXT NOT NULL,
    corrects TEXT NOT NULL,
    subject TEXT NOT NULL,
    price_version TEXT NOT NULL,
    milli_device_seconds BIGINT NOT NULL,
    amount_minor BIGINT NOT NULL,
    spread_minor BIGINT NOT NULL,
    tax_minor BIGINT NOT NULL,
    centre_id TEXT,
    centre_minor BIGINT NOT NULL,
    carrying_minor BIGINT NOT NULL,
    text TEXT NOT NULL,
    params TEXT NOT NULL,
    body TEXT NOT NULL,
    made_at BIGINT NOT NULL,
    taken_by TEXT,
    CONSTRAINT pk_accrued_line PRIMARY KEY (id),
    CONSTRAINT ck_accrued_line_kind CHECK (kind IN ('plan', 'plan_correction', 'usage_correction')),
    CONSTRAINT ck_accrued_line_correction_of_a_bill CHECK ((kind = 'usage_correction') = (invoice_id IS NOT NULL)),
    CONSTRAINT uq_accrued_line_number UNIQUE (number),
    CONSTRAINT fk_accrued_line_firm_id FOREIGN KEY(firm_id) REFERENCES firm (id),
    CONSTRAINT fk_accrued_line_job_id FOREIGN KEY(job_id) REFERENCES job (id),
    CONSTRAINT fk_accrued_line_lease_id FOREIGN KEY(lease_id) REFERENCES lease (id),
    CONSTRAINT fk_accrued_line_invoice_id FOREIGN KEY(invoice_id) REFERENCES invoice (id),
    CONSTRAINT fk_accrued_line_centre_id FOREIGN KEY(centre_id) REFERENCES centre (id)
)
;
CREATE TABLE auction_notice (
    ask_id TEXT NOT NULL,
    call_id TEXT NOT NULL,
    lease_id TEXT NOT NULL,
    firm_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    given_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    slots BIGINT NOT NULL,
    brought_minor BIGINT NOT NULL,
    refund_minor BIGINT NOT NULL,
    credit_minor BIGINT NOT NULL,
    fee_minor BIGINT NOT NULL,
    CONSTRAINT pk_auction_notice PRIMARY KEY (ask_id),
    CONSTRAINT ck_auction_notice_ahead CHECK (given_at < ends_at AND slots > 0),
    CONSTRAINT ck_auction_notice_covered CHECK (kind <> 'elastic' OR brought_minor >= refund_minor + credit_minor),
    CONSTRAINT fk_auction_notice_ask_id FOREIGN KEY(ask_id) REFERENCES auction_standing (ask_id),
    CONSTRAINT fk_auction_notice_call_id FOREIGN KEY(call_id) REFERENCES auction_call (id),
    CONSTRAINT fk_auction_notice_lease_id FOREIGN KEY(lease_id) REFERENCES auction_lease (lease_id),
    CONSTRAINT fk_auction_notice_firm_id FOREIGN KEY(firm_id) REFERENCES firm (id)
)
;
CREATE TABLE auction_part (
    lease_id TEXT NOT NULL,
    slot_t BIGINT NOT NULL,
    ask_id TEXT NOT NULL,
    firm_id TEXT NOT NULL,
    minor BIGINT NOT NULL,
    basis_minor BIGINT NOT NULL,
    CONSTRAINT pk_auction_part PRIMARY KEY (lease_id, slot_t, ask_id),
    CONSTRAINT ck_auction_part_amount CHECK (minor >= 0 AND basis_minor >= 0),
    CONSTRAINT fk_auction_part_lease_id FOREIGN KEY(lease_id) REFERENCES auction_lease (lease_id),
    CONSTRAINT fk_auction_part_ask_id FOREIGN KEY(ask_id) REFERENCES auction_standing (ask_id),
    CONSTRAINT fk_auction_part_firm_id FOREIGN KEY(firm_id) REFERENCES firm (id)
)
;
CREATE TABLE contract_line (
    invoice_id TEXT NOT NULL,
    line BIGINT NOT NULL,
    user_contract_id TEXT NOT NULL,
    purchase_contract_id TEXT NOT NULL,
    user_minor BIGINT NOT NULL,
    centre_minor BIGINT NOT NULL,
    carrying_minor BIGINT NOT NULL,
    CONSTRAINT pk_contract_line PRIMARY KEY (invoice_id, line),
    CONSTRAINT fk_contract_line_invoice_id FOREIGN KEY(invoice_id) REFERENCES invoice (id),
    CONSTRAINT fk_contract_line_user_contract_id FOREIGN KEY(user_contract_id) REFERENCES user_contract (id),
    CONSTRAINT fk_contract_line_purchase_contract_id FOREIGN KEY(purchase_contract_id) REFERENCES purchase_contract (id)
)
;
CREATE TABLE credit_note (
    id TEXT NOT NULL,
    number TEXT NOT NULL,
    branch TEXT NOT NULL,
    year BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    firm_id TEXT NOT NULL,
    document_id TEXT NOT NULL,
    invoice_id TEXT,
    line BIGINT NOT NULL,
    bill_line BIGINT NOT NULL,
    amount_minor BIGINT NOT NULL,
    applied_minor BIGINT NOT NULL,
    centre_id TEXT,
    centre_minor BIGINT NOT NULL,
    carrying_minor BIGINT NOT NULL,
    issued_at BIGINT NOT NULL,
    proposal_id TEXT NOT NULL,
    body TEXT NOT NULL,
    digest TEXT NOT NULL,
    CONSTRAINT pk_credit_note PRIMARY KEY (id),
    CONSTRAINT ck_credit_note_range CHECK (amount_minor > 0 AND centre_minor >= 0),
    CONSTRAINT ck_credit_note_applied CHECK (applied_minor BETWEEN 0 AND amount_minor),
    CONSTRAINT credit_note_gapless UNIQUE (branch, year, seq),
    CONSTRAINT uq_credit_note_number UNIQUE (number),
    CONSTRAINT fk_credit_note_firm_id FOREIGN KEY(firm_id) REFERENCES firm (id),
    CONSTRAINT fk_credit_note_document_id FOREIGN KEY(document_id) REFERENCES receivable_item (document_id),
    CONSTRAINT fk_credit_note_invoice_id FOREIGN KEY(invoice_id) REFERENCES invoice (id),
    CONSTRAINT fk_credit_note_centre_id FOREIGN KEY(centre_id) REFERENCES centre (id),
    CONSTRAINT uq_credit_note_proposal_id UNIQUE (proposal_id),
    CONSTRAINT fk_credit_note_proposal_id FOREIGN KEY(proposal_id) REFERENCES four_eyes (id)
)
;
CREATE TABLE invoice_job (
    job_id TEXT NOT NULL,
    bill_id TEXT NOT NULL,
    month_id TEXT NOT NULL,
    CONSTRAINT pk_invoice_job PRIMARY KEY (job_id),
    CONSTRAINT fk_invoice_job_job_id FOREIGN KEY(job_id) REFERENCES job (id),
    CONSTRAINT uq_invoice_job_bill_id UNIQUE (bill_id),
    CONSTRAINT fk_invoice_job_bill_id FOREIGN KEY(bill_id) REFERENCES invoice (id),
    CONSTRAINT fk_invoice_job_month_id FOREIGN KEY(month_id) REFERENCES month_invoice (id)
)
;
ALTER TABLE ledger_transfer ADD CONSTRAINT ck_ledger_transfer_phase CHECK (phase = 'posted' OR phase = 'pending' OR phase = 'post' OR phase = 'void' OR phase = 'expire')
;
CREATE INDEX assignment_agent ON assignment (agent_id, state)
;
CREATE INDEX assignment_open ON assignment (centre_id, state)
;
CREATE UNIQUE INDEX budget_live ON budget (firm_id, month, COALESCE(project_id, '')) WHERE ended_at IS NULL
;
CREATE INDEX ix_accrued_line_firm ON accrued_line (firm_id, month)
;
CREATE INDEX ix_accrued_line_invoice_id ON accrued_line (invoice_id)
;
CREATE INDEX ix_accrued_line_taken_by ON accrued_line (taken_by)
;
CREATE INDEX ix_agent_centre_id ON agent (centre_id)
;
CREATE INDEX ix_api_token_account_id ON api_token (account_id)
;
CREATE INDEX ix_auction_call_state ON auction_call (state)
;
CREATE INDEX ix_auction_call_window ON auction_call (kind, from_t)
;
CREATE INDEX ix_auction_lease_call_id ON auction_lease (call_id)
;
CREATE INDEX ix_auction_lease_order_id ON auction_lease (order_id)
;
CREATE INDEX ix_auction_notice_call_id ON auction_notice (call_id)
;
CREATE INDEX ix_auction_notice_firm_id ON auction_notice (firm_id)
;
CREATE INDEX ix_auction_notice_lease_id ON auction_notice (lease_id)
;
CREATE INDEX ix_auction_order_centre_id ON auction_order (centre_id)
;
CREATE INDEX ix_auction_order_firm_id ON auction_order (firm_id)
;
CREATE INDEX ix_auction_order_state ON auction_order (state)
;
CREATE INDEX ix_auction_part_firm_id ON auction_part (firm_id)
;
CREATE INDEX ix_auction_result_call_id ON auction_result (call_id)
;
CREATE INDEX ix_auction_slot_state ON auction_slot (state)
;
CREATE INDEX ix_auction_standing_call_id ON auction_standing (call_id)
;
CREATE INDEX ix_auction_standing_lease_id ON auction_standing (lease_id)
;
CREATE INDEX ix_bank_entry_batch_id ON bank_entry (batch_id)
;
CREATE INDEX ix_budget_firm_id ON budget (firm_id)
;
CREATE INDEX ix_ceremony_expires_at ON ceremony (expires_at)
;
CREATE INDEX ix_contract_line_purchase_contract_id ON contract_line (purchase_contract_id)
;
CREATE INDEX ix_contract_line_user_contract_id ON contract_line (user_contract_id)
;
CREATE INDEX ix_contract_member_purchase_contract_id ON contract_member (purchase_contract_id)
;
CREATE INDEX ix_contract_member_user_contract_id ON contract_member (user_contract_id)
;
CREATE INDEX ix_credit_note_document_id ON credit_note (document_id)
;
CREATE INDEX ix_credit_note_firm_id ON credit_note (firm_id)
;
CREATE INDEX ix_credit_note_invoice_id ON credit_note (invoice_id)
;
CREATE INDEX ix_fx_fixing_pair_day ON fx_fixing (pair, day, id)
;
CREATE INDEX ix_invoice_job_month_id ON invoice_job (month_id)
;
CREATE INDEX ix_isolation_firm_id ON isolation (firm_id)
;
CREATE INDEX ix_ledger_transfer_cause ON ledger_transfer (cause) WHERE cause <> ''
;
CREATE INDEX ix_ledger_transfer_credit ON ledger_transfer ((seq >> 14), credit)
;
CREATE INDEX ix_ledger_transfer_debit ON ledger_transfer ((seq >> 14), debit)
;
CREATE INDEX ix_login_attempts_last_at ON login_attempts (last_at)
;
CREATE INDEX ix_login_session_account_id ON login_session (account_id)
;
CREATE INDEX ix_lost_time_lease_id ON lost_time (lease_id)
;
CREATE INDEX ix_month_invoice_firm_id ON month_invoice (firm_id)
;
CREATE INDEX ix_own_rmb_batch ON own_rmb (batch_id)
;
CREATE INDEX ix_passkey_account_id ON passkey (account_id)
;
CREATE INDEX ix_payment_line_batch_id ON payment_line (batch_id)
;
CREATE INDEX ix_payment_line_message_id ON payment_line (message_id)
;
CREATE INDEX ix_project_firm_id ON project (firm_id)
;
CREATE INDEX ix_project_quote_project_id ON project_quote (project_id)
;
CREATE INDEX ix_purchase_contract_centre_id ON purchase_contract (centre_id)
;
CREATE INDEX ix_receipt_document_id ON receipt (document_id)
;
CREATE INDEX ix_receivable_item_firm ON receivable_item (firm_id, issued_at)
;
CREATE INDEX ix_role_grant_account_id ON role_grant (account_id)
;
CREATE INDEX ix_settlement_debt_batch_id ON settlement_debt (batch_id)
;
CREATE INDEX ix_settlement_debt_centre_id ON settlement_debt (centre_id)
;
CREATE INDEX ix_settlement_debt_origin ON settlement_debt (origin)
;
CREATE INDEX ix_usage_waiting_lease_id ON usage_waiting (lease_id)
;
CREATE INDEX ix_user_contract_firm_id ON user_contract (firm_id)
;
CREATE UNIQUE INDEX role_grant_held ON role_grant (account_id, role, scope, scope_id) WHERE ended_at IS NULL
;
CREATE OR REPLACE FUNCTION auction_call_forbid() RETURNS trigger LANGUAGE plpgsql AS
'BEGIN RAISE EXCEPTION ''auction_call is append-only''; END'
;
CREATE OR REPLACE FUNCTION closed_month_forbid() RETURNS trigger LANGUAGE plpgsql AS
'BEGIN RAISE EXCEPTION ''closed_month is append-only''; END'
;
CREATE OR REPLACE FUNCTION fx_quote_forbid() RETURNS trigger LANGUAGE plpgsql AS
'BEGIN RAISE EXCEPTION ''fx_quote is append-only''; END'
;
CREATE OR REPLACE FUNCTION invitation_forbid() RETURNS trigger LANGUAGE plpgsql AS
'BEGIN RAISE EXCEPTION ''invitation is append-only''; END'
;
CREATE OR REPLACE FUNCTION price_plan_forbid() RETURNS trigger LANGUAGE plpgsql AS
'BEGIN RAISE EXCEPTION ''price_plan is append-only''; END'
;
CREATE OR REPLACE FUNCTION api_token_forbid() RETURNS trigger LANGUAGE plpgsql AS
'BEGIN RAISE EXCEPTION ''api_token is append-only''; END'
;
CREATE OR REPLACE FUNCTION auction_clearing_forbid() RETURNS trigger LANGUAGE plpgsql AS
'BEGIN RAISE EXCEPTION ''auction_clearing is append-only''; END'
;
CREATE OR REPLACE FUNCTION auction_order_forbid() RETURNS trigger LANGUAGE plpgsql AS
'BEGIN RAISE EXCEPTION ''auction_order is append-only''; END'
;
CREATE OR REPLACE FUNCTION batch_forbid() RETURNS trigger LANGUAGE plpgsql AS
'BEGIN RAISE EXCEPTION ''batch is append-only''; END'
;
CREATE OR REPLACE FUNCTION centre_statement_forbid() RETURNS trigger LANGUAGE plpgsql AS
'BEGIN RAISE EXCEPTION ''centre_statement is append-only''; END'
;
CREATE OR REPLACE FUNCTION four_eyes_end_forbid() RETURNS trigger LANGUAGE plpgsql AS
'BEGIN RAISE EXCEPTION ''four_eyes_end is append-only''; END'
;
CREATE OR REPLACE FUNCTION fx_fixing_forbid() RETURNS trigger LANGUAGE plpgsql AS
'BEGIN RAISE EXCEPTION ''fx_fixing is append-only''; END'
;
CREATE OR REPLACE FUNCTION fx_use_forbid() RETURNS trigger LANGUAGE plpgsql AS
'BEGIN RAISE EXCEPTION ''fx_use is append-only''; END'
;
CREATE OR REPLACE FUNCTION ledger_transfer_accounts() RETURNS trigger LANGUAGE plpgsql AS
'BEGIN
IF EXISTS (SELECT FROM (SELECT debit AS id FROM fresh UNION SELECT credit FROM fresh) AS used
WHERE NOT EXISTS (SELECT FROM ledger_account WHERE ledger_account.id = used.id)) THEN
RAISE EXCEPTION ''ledger_transfer names an account that was never opened''
USING ERRCODE = ''foreign_key_violation'';
END IF;
RETURN NULL;
END'
;
CREATE OR REPLACE FUNCTION login_session_forbid() RETURNS trigger LANGUAGE plpgsql AS
'BEGIN RAISE EXCEPTION ''login_session is append-only''; END'
;
CREATE OR REPLACE FUNCTION passkey_forbid() RETURNS trigger LANGUAGE plpgsql AS
'BEGIN RAISE EXCEPTION ''passkey is append-only''; END'
;
CREATE OR REPLACE FUNCTION project_forbid() RETURNS trigger LANGUAGE plpgsql AS
'BEGIN RAISE EXCEPTION ''project is append-only''; END'
;
CREATE OR REPLACE FUNCTION purchase_contract_forbid() RETURNS trigger LANGUAGE plpgsql AS
'BEGIN RAISE EXCEPTION ''purchase_contract is append-only''; END'
;
CREATE OR REPLACE FUNCTION revaluation_forbid() RETURNS trigger LANGUAGE plpgsql AS
'BEGIN RAISE EXCEPTION ''revaluation is append-only''; END'
;
CREATE OR REPLACE FUNCTION role_grant_forbid() RETURNS trigger LANGUAGE plpgsql AS
'BEGIN RAISE EXCEPTION ''role_grant is append-only''; END'
;
CREATE OR REPLACE FUNCTION user_contract_forbid() RETURNS trigger LANGUAGE plpgsql AS
'BEGIN RAISE EXCEPTION ''user_contract is append-only''; END'
;
CREATE OR REPLACE FUNCTION auction_result_forbid() RETURNS trigger LANGUAGE plpgsql AS
'BEGIN RAISE EXCEPTION ''auction_result is append-only''; END'
;
CREATE OR REPLACE FUNCTION bank_entry_forbid() RETURNS trigger LANGUAGE plpgsql AS
'BEGIN RAISE EXCEPTION ''bank_entry is append-only''; END'
;
CREATE OR REPLACE FUNCTION batch_member_forbid() RETURNS trigger LANGUAGE plpgsql AS
'BEGIN RAISE EXCEPTION ''batch_member is append-only''; END'
;
CREATE OR REPLACE FUNCTION budget_forbid() RETURNS trigger LANGUAGE plpgsql AS
'BEGIN RAISE EXCEPTION ''budget is append-only''; END'
;
CREATE OR REPLACE FUNCTION month_invoice_forbid() RETURNS trigger LANGUAGE plpgsql AS
'BEGIN RAISE EXCEPTION ''month_invoice is append-only''; END'
;
CREATE OR REPLACE FUNCTION own_rmb_forbid() RETURNS trigger LANGUAGE plpgsql AS
'BEGIN RAISE EXCEPTION ''own_rmb is append-only''; END'
;
CREATE OR REPLACE FUNCTION payment_line_forbid() RETURNS trigger LANGUAGE plpgsql AS
'BEGIN RAISE EXCEPTION ''payment_line is append-only''; END'
;
CREATE OR REPLACE FUNCTION project_quote_forbid() RETURNS trigger LANGUAGE plpgsql AS
'BEGIN RAISE EXCEPTION ''project_quote is append-only''; END'
;
CREATE OR REPLACE FUNCTION receivable_item_forbid() RETURNS trigger LANGUAGE plpgsql AS
'BEGIN RAISE EXCEPTION ''receivable_item is append-only''; END'
;
CREATE OR REPLACE FUNCTION settlement_debt_forbid() RETURNS trigger LANGUAGE plpgsql AS
'BEGIN RAISE EXCEPTION ''settlement_debt is append-only''; END'
;
CREATE OR REPLACE FUNCTION budget_mark_forbid() RETURNS trigger LANGUAGE plpgsql AS
'BEGIN RAISE EXCEPTION ''budget_mark is append-only''; END'
;
CREATE OR REPLACE FUNCTION receipt_forbid() RETURNS trigger LANGUAGE plpgsql AS
'BEGIN RAISE EXCEPTION ''receipt is append-only''; END'
;
CREATE OR REPLACE FUNCTION reminder_letter_forbid() RETURNS trigger LANGUAGE plpgsql AS
'BEGIN RAISE EXCEPTION ''reminder_letter is append-only''; END'
;
CREATE OR REPLACE FUNCTION write_off_forbid() RETURNS trigger LANGUAGE plpgsql AS
'BEGIN RAISE EXCEPTION ''write_off is append-only''; END'
;
CREATE OR REPLACE FUNCTION auction_lease_forbid() RETURNS trigger LANGUAGE plpgsql AS
'BEGIN RAISE EXCEPTION ''auction_lease is append-only''; END'
;
CREATE OR REPLACE FUNCTION contract_member_forbid() RETURNS trigger LANGUAGE plpgsql AS
'BEGIN RAISE EXCEPTION ''contract_member is append-only''; END'
;
CREATE OR REPLACE FUNCTION lease_change_forbid() RETURNS trigger LANGUAGE plpgsql AS
'BEGIN RAISE EXCEPTION ''lease_change is append-only''; END'
;
CREATE OR REPLACE FUNCTION auction_job_forbid() RETURNS trigger LANGUAGE plpgsql AS
'BEGIN RAISE EXCEPTION ''auction_job is append-only''; END'
;
CREATE OR REPLACE FUNCTION auction_slot_forbid() RETURNS trigger LANGUAGE plpgsql AS
'BEGIN RAISE EXCEPTION ''auction_slot is append-only''; END'
;
CREATE OR REPLACE FUNCTION auction_standing_forbid() RETURNS trigger LANGUAGE plpgsql AS
'BEGIN RAISE EXCEPTION ''auction_standing is append-only''; END'
;
CREATE OR REPLACE FUNCTION lost_time_forbid() RETURNS trigger LANGUAGE plpgsql AS
'BEGIN RAISE EXCEPTION ''lost_time is append-only''; END'
;
CREATE OR REPLACE FUNCTION accrued_line_forbid() RETURNS trigger LANGUAGE plpgsql AS
'BEGIN RAISE EXCEPTION ''accrued_line is append-only''; END'
;
CREATE OR REPLACE FUNCTION auction_notice_forbid() RETURNS trigger LANGUAGE plpgsql AS
'BEGIN RAISE EXCEPTION ''auction_notice is append-only''; END'
;
CREATE OR REPLACE FUNCTION auction_part_forbid() RETURNS trigger LANGUAGE plpgsql AS
'BEGIN RAISE EXCEPTION ''auction_part is append-only''; END'
;
CREATE OR REPLACE FUNCTION contract_line_forbid() RETURNS trigger LANGUAGE plpgsql AS
'BEGIN RAISE EXCEPTION ''contract_line is append-only''; END'
;
CREATE OR REPLACE FUNCTION credit_note_forbid() RETURNS trigger LANGUAGE plpgsql AS
'BEGIN RAISE EXCEPTION ''credit_note is append-only''; END'
;
CREATE OR REPLACE FUNCTION invoice_job_forbid() RETURNS trigger LANGUAGE plpgsql AS
'BEGIN RAISE EXCEPTION ''invoice_job is append-only''; END'
;
CREATE OR REPLACE TRIGGER auction_call_no_delete
BEFORE DELETE ON auction_call FOR EACH ROW
EXECUTE FUNCTION auction_call_forbid()
;
CREATE OR REPLACE TRIGGER auction_call_no_truncate
BEFORE TRUNCATE ON auction_call FOR EACH STATEMENT
EXECUTE FUNCTION auction_call_forbid()
;
CREATE OR REPLACE TRIGGER auction_call_no_update
BEFORE UPDATE OF id, kind, from_t, to_t, slot_s, gate_closure, zones, classes, links, seed, fee_ppm_max, credit_bp, rates, seal_key, opened_at, opened_by ON auction_call FOR EACH ROW
EXECUTE FUNCTION auction_call_forbid()
;
CREATE OR REPLACE TRIGGER auction_call_no_reopening
BEFORE UPDATE OF state ON auction_call FOR EACH ROW WHEN (old.state IN ('cleared', 'void'))
EXECUTE FUNCTION auction_call_forbid()
;
CREATE OR REPLACE TRIGGER closed_month_no_update
BEFORE UPDATE ON closed_month FOR EACH ROW
EXECUTE FUNCTION closed_month_forbid()
;
CREATE OR REPLACE TRIGGER closed_month_no_delete
BEFORE DELETE ON closed_month FOR EACH ROW
EXECUTE FUNCTION closed_month_forbid()
;
CREATE OR REPLACE TRIGGER closed_month_no_truncate
BEFORE TRUNCATE ON closed_month FOR EACH STATEMENT
EXECUTE FUNCTION closed_month_forbid()
;
CREATE OR REPLACE TRIGGER decision_no_truncate
BEFORE TRUNCATE ON decision FOR EACH STATEMENT
EXECUTE FUNCTION decision_forbid()
;
CREATE OR REPLACE TRIGGER fx_quote_no_update
BEFORE UPDATE ON fx_quote FOR EACH ROW
EXECUTE FUNCTION fx_quote_forbid()
;
CREATE OR REPLACE TRIGGER fx_quote_no_delete
BEFORE DELETE ON fx_quote FOR EACH ROW
EXECUTE FUNCTION fx_quote_forbid()
;
CREATE OR REPLACE TRIGGER fx_quote_no_truncate
BEFORE TRUNCATE ON fx_quote FOR EACH STATEMENT
EXECUTE FUNCTION fx_quote_forbid()
;
CREATE OR REPLACE TRIGGER invitation_no_update
BEFORE UPDATE OF id, kind, digest, login, role, scope, scope_id ON invitation FOR EACH ROW
EXECUTE FUNCTION invitation_forbid()
;
CREATE OR REPLACE TRIGGER journal_no_truncate
BEFORE TRUNCATE ON journal FOR EACH STATEMENT
EXECUTE FUNCTION journal_forbid()
;
CREATE OR REPLACE TRIGGER ledger_account_no_truncate
BEFORE TRUNCATE ON ledger_account FOR EACH STATEMENT
EXECUTE FUNCTION ledger_account_forbid()
;
CREATE OR REPLACE TRIGGER ledger_batch_no_truncate
BEFORE TRUNCATE ON ledger_batch FOR EACH STATEMENT
EXECUTE FUNCTION ledger_batch_forbid()
;
CREATE OR REPLACE TRIGGER price_plan_no_update
BEFORE UPDATE ON price_plan FOR EACH ROW
EXECUTE FUNCTION price_plan_forbid()
;
CREATE OR REPLACE TRIGGER price_plan_no_delete
BEFORE DELETE ON price_plan FOR EACH ROW
EXECUTE FUNCTION price_plan_forbid()
;
CREATE OR REPLACE TRIGGER price_plan_no_truncate
BEFORE TRUNCATE ON price_plan FOR EACH STATEMENT
EXECUTE FUNCTION price_plan_forbid()
;
CREATE OR REPLACE TRIGGER rulebook_text_no_truncate
BEFORE TRUNCATE ON rulebook_text FOR EACH STATEMENT
EXECUTE FUNCTION rulebook_text_forbid()
;
CREATE OR REPLACE TRIGGER api_token_no_update
BEFORE UPDATE OF id, account_id, digest, scopes, expires_at ON api_token FOR EACH ROW
EXECUTE FUNCTION api_token_forbid()
;
CREATE OR REPLACE TRIGGER auction_clearing_no_update
BEFORE UPDATE ON auction_clearing FOR EACH ROW
EXECUTE FUNCTION auction_clearing_forbid()
;
CREATE OR REPLACE TRIGGER auction_clearing_no_delete
BEFORE DELETE ON auction_clearing FOR EACH ROW
EXECUTE FUNCTION auction_clearing_forbid()
;
CREATE OR REPLACE TRIGGER auction_clearing_no_truncate
BEFORE TRUNCATE ON auction_clearing FOR EACH STATEMENT
EXECUTE FUNCTION auction_clearing_forbid()
;
CREATE OR REPLACE TRIGGER auction_order_no_delete
BEFORE DELETE ON auction_order FOR EACH ROW
EXECUTE FUNCTION auction_order_forbid()
;
CREATE OR REPLACE TRIGGER auction_order_no_truncate
BEFORE TRUNCATE ON auction_order FOR EACH STATEMENT
EXECUTE FUNCTION auction_order_forbid()
;
CREATE OR REPLACE TRIGGER auction_order_no_update
BEFORE UPDATE OF id, call_id, seq, side, firm_id, centre_id, group_id, commitment, sealed, hold_id, hold_minor, stock, placed_at, placed_by ON auction_order FOR EACH ROW
EXECUTE FUNCTION auction_order_forbid()
;
CREATE OR REPLACE TRIGGER auction_order_no_rewriting
BEFORE UPDATE OF body ON auction_order FOR EACH ROW WHEN (old.body <> '{}')
EXECUTE FUNCTION auction_order_forbid()
;
CREATE OR REPLACE TRIGGER batch_no_new_terms
BEFORE UPDATE ON batch FOR EACH ROW WHEN (old.centre_id <> new.centre_id OR old.value_date <> new.value_date OR old.created_at <> new.created_at OR old.centre_minor <> new.centre_minor OR old.mid_minor <> new.mid_minor OR old.spread_minor <> new.spread_minor OR old.carrying_minor <> new.carrying_minor)
EXECUTE FUNCTION batch_forbid()
;
CREATE OR REPLACE TRIGGER batch_no_second_order
BEFORE UPDATE ON batch FOR EACH ROW WHEN (old.pain_digest <> '' AND (old.pain_digest <> new.pain_digest))
EXECUTE FUNCTION batch_forbid()
;
CREATE OR REPLACE TRIGGER batch_no_delete
BEFORE DELETE ON batch FOR EACH ROW
EXECUTE FUNCTION batch_forbid()
;
CREATE OR REPLACE TRIGGER batch_no_truncate
BEFORE TRUNCATE ON batch FOR EACH STATEMENT
EXECUTE FUNCTION batch_forbid()
;
CREATE OR REPLACE TRIGGER centre_statement_no_update
BEFORE UPDATE ON centre_statement FOR EACH ROW
EXECUTE FUNCTION centre_statement_forbid()
;
CREATE OR REPLACE TRIGGER centre_statement_no_delete
BEFORE DELETE ON centre_statement FOR EACH ROW
EXECUTE FUNCTION centre_statement_forbid()
;
CREATE OR REPLACE TRIGGER centre_statement_no_truncate
BEFORE TRUNCATE ON centre_statement FOR EACH STATEMENT
EXECUTE FUNCTION centre_statement_forbid()
;
CREATE OR REPLACE TRIGGER four_eyes_end_no_update
BEFORE UPDATE ON four_eyes_end FOR EACH ROW
EXECUTE FUNCTION four_eyes_end_forbid()
;
CREATE OR REPLACE TRIGGER four_eyes_end_no_delete
BEFORE DELETE ON four_eyes_end FOR EACH ROW
EXECUTE FUNCTION four_eyes_end_forbid()
;
CREATE OR REPLACE TRIGGER four_eyes_end_no_truncate
BEFORE TRUNCATE ON four_eyes_end FOR EACH STATEMENT
EXECUTE FUNCTION four_eyes_end_forbid()
;
CREATE OR REPLACE TRIGGER fx_fixing_no_update
BEFORE UPDATE ON fx_fixing FOR EACH ROW
EXECUTE FUNCTION fx_fixing_forbid()
;
CREATE OR REPLACE TRIGGER fx_fixing_no_delete
BEFORE DELETE ON fx_fixing FOR EACH ROW
EXECUTE FUNCTION fx_fixing_forbid()
;
CREATE OR REPLACE TRIGGER fx_fixing_no_truncate
BEFORE TRUNCATE ON fx_fixing FOR EACH STATEMENT
EXECUTE FUNCTION fx_fixing_forbid()
;
CREATE OR REPLACE TRIGGER fx_use_no_update
BEFORE UPDATE ON fx_use FOR EACH ROW
EXECUTE FUNCTION fx_use_forbid()
;
CREATE OR REPLACE TRIGGER fx_use_no_delete
BEFORE DELETE ON fx_use FOR EACH ROW
EXECUTE FUNCTION fx_use_forbid()
;
CREATE OR REPLACE TRIGGER fx_use_no_truncate
BEFORE TRUNCATE ON fx_use FOR EACH STATEMENT
EXECUTE FUNCTION fx_use_forbid()
;
CREATE OR REPLACE TRIGGER idempotency_key_no_truncate
BEFORE TRUNCATE ON idempotency_key FOR EACH STATEMENT
EXECUTE FUNCTION idempotency_key_forbid()
;
CREATE OR REPLACE TRIGGER ledger_transfer_accounts
AFTER INSERT ON ledger_transfer REFERENCING NEW TABLE AS fresh
FOR EACH STATEMENT EXECUTE FUNCTION ledger_transfer_accounts()
;
CREATE OR REPLACE TRIGGER ledger_transfer_no_truncate
BEFORE TRUNCATE ON ledger_transfer FOR EACH STATEMENT
EXECUTE FUNCTION ledger_transfer_forbid()
;
CREATE OR REPLACE TRIGGER login_session_no_update
BEFORE UPDATE OF id, account_id, digest, expires_at ON login_session FOR EACH ROW
EXECUTE FUNCTION login_session_forbid()
;
CREATE OR REPLACE TRIGGER passkey_no_update
BEFORE UPDATE OF id, account_id, public_key ON passkey FOR EACH ROW
EXECUTE FUNCTION passkey_forbid()
;
CREATE OR REPLACE TRIGGER project_no_update
BEFORE UPDATE OF id, firm_id ON project FOR EACH ROW
EXECUTE FUNCTION project_forbid()
;
CREATE OR REPLACE TRIGGER purchase_contract_no_new_terms
BEFORE UPDATE ON purchase_contract FOR EACH ROW WHEN (old.centre_id <> new.centre_id OR old.branch <> new.branch OR old.payment_days <> new.payment_days OR old.commitments <> new.commitments OR old.from_day <> new.from_day)
EXECUTE FUNCTION purchase_contract_forbid()
;
CREATE OR REPLACE TRIGGER purchase_contract_no_delete
BEFORE DELETE ON purchase_contract FOR EACH ROW
EXECUTE FUNCTION purchase_contract_forbid()
;
CREATE OR REPLACE TRIGGER purchase_contract_no_truncate
BEFORE TRUNCATE ON purchase_contract FOR EACH STATEMENT
EXECUTE FUNCTION purchase_contract_forbid()
;
CREATE OR REPLACE TRIGGER revaluation_no_delete
BEFORE DELETE ON revaluation FOR EACH ROW
EXECUTE FUNCTION revaluation_forbid()
;
CREATE OR REPLACE TRIGGER revaluation_no_truncate
BEFORE TRUNCATE ON revaluation FOR EACH STATEMENT
EXECUTE FUNCTION revaluation_forbid()
;
CREATE OR REPLACE TRIGGER role_grant_no_delete
BEFORE DELETE ON role_grant FOR EACH ROW
EXECUTE FUNCTION role_grant_forbid()
;
CREATE OR REPLACE TRIGGER role_grant_no_truncate
BEFORE TRUNCATE ON role_grant FOR EACH STATEMENT
EXECUTE FUNCTION role_grant_forbid()
;
CREATE OR REPLACE TRIGGER role_grant_no_update
BEFORE UPDATE OF id, account_id, role, scope, scope_id, level ON role_grant FOR EACH ROW
EXECUTE FUNCTION role_grant_forbid()
;
CREATE OR REPLACE TRIGGER user_contract_no_new_terms
BEFORE UPDATE ON user_contract FOR EACH ROW WHEN (old.firm_id <> new.firm_id OR old.branch <> new.branch OR old.limit_minor <> new.limit_minor OR old.payment_days <> new.payment_days OR old.terms <> new.terms OR old.billing <> new.billing OR old.from_day <> new.from_day)
EXECUTE FUNCTION user_contract_forbid()
;
CREATE OR REPLACE TRIGGER user_contract_no_delete
BEFORE DELETE ON user_contract FOR EACH ROW
EXECUTE FUNCTION user_contract_forbid()
;
CREATE OR REPLACE TRIGGER user_contract_no_truncate
BEFORE TRUNCATE ON user_contract FOR EACH STATEMENT
EXECUTE FUNCTION user_contract_forbid()
;
CREATE OR REPLACE TRIGGER auction_result_no_update
BEFORE UPDATE ON auction_result FOR EACH ROW
EXECUTE FUNCTION auction_result_forbid()
;
CREATE OR REPLACE TRIGGER auction_result_no_delete
BEFORE DELETE ON auction_result FOR EACH ROW
EXECUTE FUNCTION auction_result_forbid()
;
CREATE OR REPLACE TRIGGER auction_result_no_truncate
BEFORE TRUNCATE ON auction_result FOR EACH STATEMENT
EXECUTE FUNCTION auction_result_forbid()
;
CREATE OR REPLACE TRIGGER bank_entry_no_delete
BEFORE DELETE ON bank_entry FOR EACH ROW
EXECUTE FUNCTION bank_entry_forbid()
;
CREATE OR REPLACE TRIGGER bank_entry_no_truncate
BEFORE TRUNCATE ON bank_entry FOR EACH STATEMENT
EXECUTE FUNCTION bank_entry_forbid()
;
CREATE OR REPLACE TRIGGER bank_entry_no_rewording
BEFORE UPDATE ON bank_entry FOR EACH ROW WHEN (old.mark <> new.mark OR old.end_to_end_id <> new.end_to_end_id OR old.asset <> new.asset OR old.minor <> new.minor OR old.status <> new.status OR old.bank_reference <> new.bank_reference OR old.booked_on <> new.booked_on)
EXECUTE FUNCTION bank_entry_forbid()
;
CREATE OR REPLACE TRIGGER batch_member_no_update
BEFORE UPDATE ON batch_member FOR EACH ROW
EXECUTE FUNCTION batch_member_forbid()
;
CREATE OR REPLACE TRIGGER batch_member_no_delete
BEFORE DELETE ON batch_member FOR EACH ROW
EXECUTE FUNCTION batch_member_forbid()
;
CREATE OR REPLACE TRIGGER batch_member_no_truncate
BEFORE TRUNCATE ON batch_member FOR EACH STATEMENT
EXECUTE FUNCTION batch_member_forbid()
;
CREATE OR REPLACE TRIGGER budget_no_update
BEFORE UPDATE OF id, firm_id, project_id, month, limit_minor, hard_stop, made_at, made_by ON budget FOR EACH ROW
EXECUTE FUNCTION budget_forbid()
;
CREATE OR REPLACE TRIGGER budget_no_delete
BEFORE DELETE ON budget FOR EACH ROW
EXECUTE FUNCTION budget_forbid()
;
CREATE OR REPLACE TRIGGER budget_no_truncate
BEFORE TRUNCATE ON budget FOR EACH STATEMENT
EXECUTE FUNCTION budget_forbid()
;
CREATE OR REPLACE TRIGGER month_invoice_no_update
BEFORE UPDATE ON month_invoice FOR EACH ROW
EXECUTE FUNCTION month_invoice_forbid()
;
CREATE OR REPLACE TRIGGER month_invoice_no_delete
BEFORE DELETE ON month_invoice FOR EACH ROW
EXECUTE FUNCTION month_invoice_forbid()
;
CREATE OR REPLACE TRIGGER month_invoice_no_truncate
BEFORE TRUNCATE ON month_invoice FOR EACH STATEMENT
EXECUTE FUNCTION month_invoice_forbid()
;
CREATE OR REPLACE TRIGGER own_rmb_no_update
BEFORE UPDATE ON own_rmb FOR EACH ROW
EXECUTE FUNCTION own_rmb_forbid()
;
CREATE OR REPLACE TRIGGER own_rmb_no_delete
BEFORE DELETE ON own_rmb FOR EACH ROW
EXECUTE FUNCTION own_rmb_forbid()
;
CREATE OR REPLACE TRIGGER own_rmb_no_truncate
BEFORE TRUNCATE ON own_rmb FOR EACH STATEMENT
EXECUTE FUNCTION own_rmb_forbid()
;
CREATE OR REPLACE TRIGGER payment_line_no_update
BEFORE UPDATE ON payment_line FOR EACH ROW
EXECUTE FUNCTION payment_line_forbid()
;
CREATE OR REPLACE TRIGGER payment_line_no_delete
BEFORE DELETE ON payment_line FOR EACH ROW
EXECUTE FUNCTION payment_line_forbid()
;
CREATE OR REPLACE TRIGGER payment_line_no_truncate
BEFORE TRUNCATE ON payment_line FOR EACH STATEMENT
EXECUTE FUNCTION payment_line_forbid()
;
CREATE OR REPLACE TRIGGER project_quote_no_update
BEFORE UPDATE ON project_quote FOR EACH ROW
EXECUTE FUNCTION project_quote_forbid()
;
CREATE OR REPLACE TRIGGER receivable_item_no_update
BEFORE UPDATE ON receivable_item FOR EACH ROW
EXECUTE FUNCTION receivable_item_forbid()
;
CREATE OR REPLACE TRIGGER receivable_item_no_delete
BEFORE DELETE ON receivable_item FOR EACH ROW
EXECUTE FUNCTION receivable_item_forbid()
;
CREATE OR REPLACE TRIGGER receivable_item_no_truncate
BEFORE TRUNCATE ON receivable_item FOR EACH STATEMENT
EXECUTE FUNCTION receivable_item_forbid()
;
CREATE OR REPLACE TRIGGER settlement_debt_no_delete
BEFORE DELETE ON settlement_debt FOR EACH ROW
EXECUTE FUNCTION settlement_debt_forbid()
;
CREATE OR REPLACE TRIGGER settlement_debt_no_truncate
BEFORE TRUNCATE ON settlement_debt FOR EACH STATEMENT
EXECUTE FUNCTION settlement_debt_forbid()
;
CREATE OR REPLACE TRIGGER settlement_debt_no_rewriting
BEFORE UPDATE ON settlement_debt FOR EACH ROW WHEN (old.centre_id <> new.centre_id OR old.origin <> new.origin OR old.centre_minor <> new.centre_minor OR old.carrying_minor <> new.carrying_minor)
EXECUTE FUNCTION settlement_debt_forbid()
;
CREATE OR REPLACE TRIGGER budget_mark_no_update
BEFORE UPDATE OF budget_id, percent, firm_id ON budget_mark FOR EACH ROW
EXECUTE FUNCTION budget_mark_forbid()
;
CREATE OR REPLACE TRIGGER budget_mark_no_again
BEFORE UPDATE ON budget_mark FOR EACH ROW WHEN (old.reached_at IS NOT NULL)
EXECUTE FUNCTION budget_mark_forbid()
;
CREATE OR REPLACE TRIGGER budget_mark_no_delete
BEFORE DELETE ON budget_mark FOR EACH ROW
EXECUTE FUNCTION budget_mark_forbid()
;
CREATE OR REPLACE TRIGGER budget_mark_no_truncate
BEFORE TRUNCATE ON budget_mark FOR EACH STATEMENT
EXECUTE FUNCTION budget_mark_forbid()
;
CREATE OR REPLACE TRIGGER receipt_no_update
BEFORE UPDATE ON receipt FOR EACH ROW
EXECUTE FUNCTION receipt_forbid()
;
CREATE OR REPLACE TRIGGER receipt_no_delete
BEFORE DELETE ON receipt FOR EACH ROW
EXECUTE FUNCTION receipt_forbid()
;
CREATE OR REPLACE TRIGGER receipt_no_truncate
BEFORE TRUNCATE ON receipt FOR EACH STATEMENT
EXECUTE FUNCTION receipt_forbid()
;
CREATE OR REPLACE TRIGGER reminder_letter_no_update
BEFORE UPDATE ON reminder_letter FOR EACH ROW
EXECUTE FUNCTION reminder_letter_forbid()
;
CREATE OR REPLACE TRIGGER reminder_letter_no_delete
BEFORE DELETE ON reminder_letter FOR EACH ROW
EXECUTE FUNCTION reminder_letter_forbid()
;
CREATE OR REPLACE TRIGGER reminder_letter_no_truncate
BEFORE TRUNCATE ON reminder_letter FOR EACH STATEMENT
EXECUTE FUNCTION reminder_letter_forbid()
;
CREATE OR REPLACE TRIGGER write_off_no_update
BEFORE UPDATE ON write_off FOR EACH ROW
EXECUTE FUNCTION write_off_forbid()
;
CREATE OR REPLACE TRIGGER write_off_no_delete
BEFORE DELETE ON write_off FOR EACH ROW
EXECUTE FUNCTION write_off_forbid()
;
CREATE OR REPLACE TRIGGER write_off_no_truncate
BEFORE TRUNCATE ON write_off FOR EACH STATEMENT
EXECUTE FUNCTION write_off_forbid()
;
CREATE OR REPLACE TRIGGER auction_lease_no_update
BEFORE UPDATE ON auction_lease FOR EACH ROW
EXECUTE FUNCTION auction_lease_forbid()
;
CREATE OR REPLACE TRIGGER auction_lease_no_delete
BEFORE DELETE ON auction_lease FOR EACH ROW
EXECUTE FUNCTION auction_lease_forbid()
;
CREATE OR REPLACE TRIGGER auction_lease_no_truncate
BEFORE TRUNCATE ON auction_lease FOR EACH STATEMENT
EXECUTE FUNCTION auction_lease_forbid()
;
CREATE OR REPLACE TRIGGER contract_member_no_update
BEFORE UPDATE ON contract_member FOR EACH ROW
EXECUTE FUNCTION contract_member_forbid()
;
CREATE OR REPLACE TRIGGER contract_member_no_delete
BEFORE DELETE ON contract_member FOR EACH ROW
EXECUTE FUNCTION contract_member_forbid()
;
CREATE OR REPLACE TRIGGER contract_member_no_truncate
BEFORE TRUNCATE ON contract_member FOR EACH STATEMENT
EXECUTE FUNCTION contract_member_forbid()
;
CREATE OR REPLACE TRIGGER lease_change_no_update
BEFORE UPDATE ON lease_change FOR EACH ROW
EXECUTE FUNCTION lease_change_forbid()
;
CREATE OR REPLACE TRIGGER lease_change_no_delete
BEFORE DELETE ON lease_change FOR EACH ROW
EXECUTE FUNCTION lease_change_forbid()
;
CREATE OR REPLACE TRIGGER lease_change_no_truncate
BEFORE TRUNCATE ON lease_change FOR EACH STATEMENT
EXECUTE FUNCTION lease_change_forbid()
;
CREATE OR REPLACE TRIGGER auction_job_no_update
BEFORE UPDATE ON auction_job FOR EACH ROW
EXECUTE FUNCTION auction_job_forbid()
;
CREATE OR REPLACE TRIGGER auction_job_no_delete
BEFORE DELETE ON auction_job FOR EACH ROW
EXECUTE FUNCTION auction_job_forbid()
;
CREATE OR REPLACE TRIGGER auction_job_no_truncate
BEFORE TRUNCATE ON auction_job FOR EACH STATEMENT
EXECUTE FUNCTION auction_job_forbid()
;
CREATE OR REPLACE TRIGGER auction_slot_no_delete
BEFORE DELETE ON auction_slot FOR EACH ROW
EXECUTE FUNCTION auction_slot_forbid()
;
CREATE OR REPLACE TRIGGER auction_slot_no_truncate
BEFORE TRUNCATE ON auction_slot FOR EACH STATEMENT
EXECUTE FUNCTION auction_slot_forbid()
;
CREATE OR REPLACE TRIGGER auction_slot_no_update
BEFORE UPDATE OF lease_id, slot_t, slot_s, firm_id, centre_id, paid_minor, owed_minor ON auction_slot FOR EACH ROW
EXECUTE FUNCTION auction_slot_forbid()
;
CREATE OR REPLACE TRIGGER auction_standing_no_update
BEFORE UPDATE ON auction_standing FOR EACH ROW
EXECUTE FUNCTION auction_standing_forbid()
;
CREATE OR REPLACE TRIGGER auction_standing_no_delete
BEFORE DELETE ON auction_standing FOR EACH ROW
EXECUTE FUNCTION auction_standing_forbid()
;
CREATE OR REPLACE TRIGGER auction_standing_no_truncate
BEFORE TRUNCATE ON auction_standing FOR EACH STATEMENT
EXECUTE FUNCTION auction_standing_forbid()
;
CREATE OR REPLACE TRIGGER lost_time_no_update
BEFORE UPDATE ON lost_time FOR EACH ROW
EXECUTE FUNCTION lost_time_forbid()
;
CREATE OR REPLACE TRIGGER lost_time_no_delete
BEFORE DELETE ON lost_time FOR EACH ROW
EXECUTE FUNCTION lost_time_forbid()
;
CREATE OR REPLACE TRIGGER lost_time_no_truncate
BEFORE TRUNCATE ON lost_time FOR EACH STATEMENT
EXECUTE FUNCTION lost_time_forbid()
;
CREATE OR REPLACE TRIGGER accrued_line_no_delete
BEFORE DELETE ON accrued_line FOR EACH ROW
EXECUTE FUNCTION accrued_line_forbid()
;
CREATE OR REPLACE TRIGGER accrued_line_no_truncate
BEFORE TRUNCATE ON accrued_line FOR EACH STATEMENT
EXECUTE FUNCTION accrued_line_forbid()
;
CREATE OR REPLACE TRIGGER accrued_line_no_update
BEFORE UPDATE OF id, number, kind, firm_id, job_id, lease_id, invoice_id, month, booked_in, corrects, subject, price_version, milli_device_seconds, amount_minor, spread_minor, tax_minor, centre_id, centre_minor, carrying_minor, text, params, body, made_at ON accrued_line FOR EACH ROW
EXECUTE FUNCTION accrued_line_forbid()
;
CREATE OR REPLACE TRIGGER accrued_line_no_retake
BEFORE UPDATE OF taken_by ON accrued_line FOR EACH ROW WHEN (old.taken_by IS NOT NULL)
EXECUTE FUNCTION accrued_line_forbid()
;
CREATE OR REPLACE TRIGGER auction_notice_no_update
BEFORE UPDATE ON auction_notice FOR EACH ROW
EXECUTE FUNCTION auction_notice_forbid()
;
CREATE OR REPLACE TRIGGER auction_notice_no_delete
BEFORE DELETE ON auction_notice FOR EACH ROW
EXECUTE FUNCTION auction_notice_forbid()
;
CREATE OR REPLACE TRIGGER auction_notice_no_truncate
BEFORE TRUNCATE ON auction_notice FOR EACH STATEMENT
EXECUTE FUNCTION auction_notice_forbid()
;
CREATE OR REPLACE TRIGGER auction_part_no_update
BEFORE UPDATE ON auction_part FOR EACH ROW
EXECUTE FUNCTION auction_part_forbid()
;
CREATE OR REPLACE TRIGGER auction_part_no_delete
BEFORE DELETE ON auction_part FOR EACH ROW
EXECUTE FUNCTION auction_part_forbid()
;
CREATE OR REPLACE TRIGGER auction_part_no_truncate
BEFORE TRUNCATE ON auction_part FOR EACH STATEMENT
EXECUTE FUNCTION auction_part_forbid()
;
CREATE OR REPLACE TRIGGER contract_line_no_update
BEFORE UPDATE ON contract_line FOR EACH ROW
EXECUTE FUNCTION contract_line_forbid()
;
CREATE OR REPLACE TRIGGER contract_line_no_delete
BEFORE DELETE ON contract_line FOR EACH ROW
EXECUTE FUNCTION contract_line_forbid()
;
CREATE OR REPLACE TRIGGER contract_line_no_truncate
BEFORE TRUNCATE ON contract_line FOR EACH STATEMENT
EXECUTE FUNCTION contract_line_forbid()
;
CREATE OR REPLACE TRIGGER credit_note_no_update
BEFORE UPDATE ON credit_note FOR EACH ROW
EXECUTE FUNCTION credit_note_forbid()
;
CREATE OR REPLACE TRIGGER credit_note_no_delete
BEFORE DELETE ON credit_note FOR EACH ROW
EXECUTE FUNCTION credit_note_forbid()
;
CREATE OR REPLACE TRIGGER credit_note_no_truncate
BEFORE TRUNCATE ON credit_note FOR EACH STATEMENT
EXECUTE FUNCTION credit_note_forbid()
;
CREATE OR REPLACE TRIGGER invoice_job_no_update
BEFORE UPDATE ON invoice_job FOR EACH ROW
EXECUTE FUNCTION invoice_job_forbid()
;
CREATE OR REPLACE TRIGGER invoice_job_no_delete
BEFORE DELETE ON invoice_job FOR EACH ROW
EXECUTE FUNCTION invoice_job_forbid()
;
CREATE OR REPLACE TRIGGER invoice_job_no_truncate
BEFORE TRUNCATE ON invoice_job FOR EACH STATEMENT
EXECUTE FUNCTION invoice_job_forbid()
;
ALTER TABLE account ENABLE ROW LEVEL SECURITY
;
ALTER TABLE auction_call ENABLE ROW LEVEL SECURITY
;
ALTER TABLE centre ENABLE ROW LEVEL SECURITY
;
ALTER TABLE ceremony ENABLE ROW LEVEL SECURITY
;
ALTER TABLE claim ENABLE ROW LEVEL SECURITY
;
ALTER TABLE closed_month ENABLE ROW LEVEL SECURITY
;
ALTER TABLE counter ENABLE ROW LEVEL SECURITY
;
ALTER TABLE decision ENABLE ROW LEVEL SECURITY
;
ALTER TABLE firm ENABLE ROW LEVEL SECURITY
;
ALTER TABLE four_eyes ENABLE ROW LEVEL SECURITY
;
ALTER TABLE fx_quote ENABLE ROW LEVEL SECURITY
;
ALTER TABLE invitation ENABLE ROW LEVEL SECURITY
;
ALTER TABLE journal ENABLE ROW LEVEL SECURITY
;
ALTER TABLE ledger_account ENABLE ROW LEVEL SECURITY
;
ALTER TABLE ledger_batch ENABLE ROW LEVEL SECURITY
;
ALTER TABLE login_attempts ENABLE ROW LEVEL SECURITY
;
ALTER TABLE market_offer ENABLE ROW LEVEL SECURITY
;
ALTER TABLE meta ENABLE ROW LEVEL SECURITY
;
ALTER TABLE price_plan ENABLE ROW LEVEL SECURITY
;
ALTER TABLE reservation ENABLE ROW LEVEL SECURITY
;
ALTER TABLE rulebook_text ENABLE ROW LEVEL SECURITY
;
ALTER TABLE voucher_limit ENABLE ROW LEVEL SECURITY
;
ALTER TABLE agent ENABLE ROW LEVEL SECURITY
;
ALTER TABLE agent_token ENABLE ROW LEVEL SECURITY
;
ALTER TABLE api_token ENABLE ROW LEVEL SECURITY
;
ALTER TABLE auction_clearing ENABLE ROW LEVEL SECURITY
;
ALTER TABLE auction_order ENABLE ROW LEVEL SECURITY
;
ALTER TABLE batch ENABLE ROW LEVEL SECURITY
;
ALTER TABLE centre_statement ENABLE ROW LEVEL SECURITY
;
ALTER TABLE four_eyes_end ENABLE ROW LEVEL SECURITY
;
ALTER TABLE fx_fixing ENABLE ROW LEVEL SECURITY
;
ALTER TABLE fx_use ENABLE ROW LEVEL SECURITY
;
ALTER TABLE idempotency_key ENABLE ROW LEVEL SECURITY
;
ALTER TABLE instrument ENABLE ROW LEVEL SECURITY
;
ALTER TABLE isolation ENABLE ROW LEVEL SECURITY
;
ALTER TABLE ledger_transfer ENABLE ROW LEVEL SECURITY
;
ALTER TABLE login_session ENABLE ROW LEVEL SECURITY
;
ALTER TABLE mix_check ENABLE ROW LEVEL SECURITY
;
ALTER TABLE origin_manifest ENABLE ROW LEVEL SECURITY
;
ALTER TABLE outside_login ENABLE ROW LEVEL SECURITY
;
ALTER TABLE passkey ENABLE ROW LEVEL SECURITY
;
ALTER TABLE pool ENABLE ROW LEVEL SECURITY
;
ALTER TABLE project ENABLE ROW LEVEL SECURITY
;
ALTER TABLE purchase_contract ENABLE ROW LEVEL SECURITY
;
ALTER TABLE quote ENABLE ROW LEVEL SECURITY
;
ALTER TABLE revaluation ENABLE ROW LEVEL SECURITY
;
ALTER TABLE role_grant ENABLE ROW LEVEL SECURITY
;
ALTER TABLE user_contract ENABLE ROW LEVEL SECURITY
;
ALTER TABLE auction_result ENABLE ROW LEVEL SECURITY
;
ALTER TABLE bank_entry ENABLE ROW LEVEL SECURITY
;
ALTER TABLE batch_member ENABLE ROW LEVEL SECURITY
;
ALTER TABLE budget ENABLE ROW LEVEL SECURITY
;
ALTER TABLE device_promise ENABLE ROW LEVEL SECURITY
;
ALTER TABLE device_unit ENABLE ROW LEVEL SECURITY
;
ALTER TABLE month_invoice ENABLE ROW LEVEL SECURITY
;
ALTER TABLE offer ENABLE ROW LEVEL SECURITY
;
ALTER TABLE own_rmb ENABLE ROW LEVEL SECURITY
;
ALTER TABLE payment_line ENABLE ROW LEVEL SECURITY
;
ALTER TABLE pool_terms ENABLE ROW LEVEL SECURITY
;
ALTER TABLE project_quote ENABLE ROW LEVEL SECURITY
;
ALTER TABLE receivable_item ENABLE ROW LEVEL SECURITY
;
ALTER TABLE settlement_debt ENABLE ROW LEVEL SECURITY
;
ALTER TABLE budget_mark ENABLE ROW LEVEL SECURITY
;
ALTER TABLE lease ENABLE ROW LEVEL SECURITY
;
ALTER TABLE receipt ENABLE ROW LEVEL SECURITY
;
ALTER TABLE reminder_letter ENABLE ROW LEVEL SECURITY
;
ALTER TABLE write_off ENABLE ROW LEVEL SECURITY
;
ALTER TABLE auction_lease ENABLE ROW LEVEL SECURITY
;
ALTER TABLE contract_member ENABLE ROW LEVEL SECURITY
;
ALTER TABLE duty_task ENABLE ROW LEVEL SECURITY
;
ALTER TABLE export_count ENABLE ROW LEVEL SECURITY
;
ALTER TABLE job ENABLE ROW LEVEL SECURITY
;
ALTER TABLE lease_change ENABLE ROW LEVEL SECURITY
;
ALTER TABLE usage_waiting ENABLE ROW LEVEL SECURITY
;
ALTER TABLE voucher_reservation ENABLE ROW LEVEL SECURITY
;
ALTER TABLE assignment ENABLE ROW LEVEL SECURITY
;
ALTER TABLE auction_job ENABLE ROW LEVEL SECURITY
;
ALTER TABLE auction_slot ENABLE ROW LEVEL SECURITY
;
ALTER TABLE auction_standing ENABLE ROW LEVEL SECURITY
;
ALTER TABLE invoice ENABLE ROW LEVEL SECURITY
;
ALTER TABLE lost_time ENABLE ROW LEVEL SECURITY
;
ALTER TABLE usage_event ENABLE ROW LEVEL SECURITY
;
ALTER TABLE accrued_line ENABLE ROW LEVEL SECURITY
;
ALTER TABLE auction_notice ENABLE ROW LEVEL SECURITY
;
ALTER TABLE auction_part ENABLE ROW LEVEL SECURITY
;
ALTER TABLE contract_line ENABLE ROW LEVEL SECURITY
;
ALTER TABLE credit_note ENABLE ROW LEVEL SECURITY
;
ALTER TABLE invoice_job ENABLE ROW LEVEL SECURITY
;
CREATE POLICY auction_call_shared ON auction_call FOR SELECT USING (true)
;
CREATE POLICY centre_shared ON centre FOR SELECT USING (true)
;
CREATE POLICY claim_tenant ON claim USING (firm_id = current_setting('entrepot.firm', true)) WITH CHECK (firm_id = current_setting('entrepot.firm', true))
;
CREATE POLICY firm_tenant ON firm USING (id = current_setting('entrepot.firm', true)) WITH CHECK (id = current_setting('entrepot.firm', true))
;
CREATE POLICY market_offer_shared ON market_offer FOR SELECT USING (true)
;
CREATE POLICY reservation_tenant ON reservation USING (lease_id IN (SELECT id FROM lease)) WITH CHECK (lease_id IN (SELECT id FROM lease))
;
CREATE POLICY auction_clearing_shared ON auction_clearing FOR SELECT USING (true)
;
CREATE POLICY auction_order_tenant ON auction_order USING (firm_id = current_setting('entrepot.firm', true)) WITH CHECK (firm_id = current_setting('entrepot.firm', true))
;
CREATE POLICY instrument_tenant ON instrument USING (firm_id = current_setting('entrepot.firm', true)) WITH CHECK (firm_id = current_setting('entrepot.firm', true))
;
CREATE POLICY isolation_tenant ON isolation USING (firm_id = current_setting('entrepot.firm', true)) WITH CHECK (firm_id = current_setting('entrepot.firm', true))
;
CREATE POLICY mix_check_tenant ON mix_check USING (firm_id = current_setting('entrepot.firm', true)) WITH CHECK (firm_id = current_setting('entrepot.firm', true))
;
CREATE POLICY origin_manifest_tenant ON origin_manifest USING (firm_id = current_setting('entrepot.firm', true)) WITH CHECK (firm_id = current_setting('entrepot.firm', true))
;
CREATE POLICY pool_shared ON pool FOR SELECT USING (true)
;
CREATE POLICY project_tenant ON project USING (firm_id = current_setting('entrepot.firm', true)) WITH CHECK (firm_id = current_setting('entrepot.firm', true))
;
CREATE POLICY quote_tenant ON quote USING (firm_id = current_setting('entrepot.firm', true)) WITH CHECK (firm_id = current_setting('entrepot.firm', true))
;
CREATE POLICY user_contract_tenant ON user_contract USING (firm_id = current_setting('entrepot.firm', true)) WITH CHECK (firm_id = current_setting('entrepot.firm', true))
;
CREATE POLICY auction_result_tenant ON auction_result USING (firm_id = current_setting('entrepot.firm', true)) WITH CHECK (firm_id = current_setting('entrepot.firm', true))
;
CREATE POLICY budget_tenant ON budget USING (firm_id = current_setting('entrepot.firm', true)) WITH CHECK (firm_id = current_setting('entrepot.firm', true))
;
CREATE POLICY device_unit_shared ON device_unit FOR SELECT USING (true)
;
CREATE POLICY month_invoice_tenant ON month_invoice USING (firm_id = current_setting('entrepot.firm', true)) WITH CHECK (firm_id = current_setting('entrepot.firm', true))
;
CREATE POLICY offer_shared ON offer FOR SELECT USING (true)
;
CREATE POLICY pool_terms_shared ON pool_terms FOR SELECT USING (true)
;
CREATE POLICY project_quote_tenant ON project_quote USING (firm_id = current_setting('entrepot.firm', true)) WITH CHECK (firm_id = current_setting('entrepot.firm', true))
;
CREATE POLICY receivable_item_tenant ON receivable_item USING (firm_id = current_setting('entrepot.firm', true)) WITH CHECK (firm_id = current_setting('entrepot.firm', true))
;
CREATE POLICY budget_mark_tenant ON budget_mark USING (firm_id = current_setting('entrepot.firm', true)) WITH CHECK (firm_id = current_setting('entrepot.firm', true))
;
CREATE POLICY lease_tenant ON lease USING (firm_id = current_setting('entrepot.firm', true)) WITH CHECK (firm_id = current_setting('entrepot.firm', true))
;
CREATE POLICY receipt_tenant ON receipt USING (firm_id = current_setting('entrepot.firm', true)) WITH CHECK (firm_id = current_setting('entrepot.firm', true))
;
CREATE POLICY reminder_letter_tenant ON reminder_letter USING (firm_id = current_setting('entrepot.firm', true)) WITH CHECK (firm_id = current_setting('entrepot.firm', true))
;
CREATE POLICY write_off_tenant ON write_off USING (firm_id = current_setting('entrepot.firm', true)) WITH CHECK (firm_id = current_setting('entrepot.firm', true))
;
CREATE POLICY auction_lease_tenant ON auction_lease USING (firm_id = current_setting('entrepot.firm', true)) WITH CHECK (firm_id = current_setting('entrepot.firm', true))
;
CREATE POLICY contract_member_tenant ON contract_member USING (lease_id IN (SELECT id FROM lease)) WITH CHECK (lease_id IN (SELECT id FROM lease))
;
CREATE POLICY duty_task_tenant ON duty_task USING (firm_id = current_setting('entrepot.firm', true)) WITH CHECK (firm_id = current_setting('entrepot.firm', true))
;
CREATE POLICY export_count_tenant ON export_count USING (firm_id = current_setting('entrepot.firm', true)) WITH CHECK (firm_id = current_setting('entrepot.firm', true))
;
CREATE POLICY job_tenant ON job USING (firm_id = current_setting('entrepot.firm', true)) WITH CHECK (firm_id = current_setting('entrepot.firm', true))
;
CREATE POLICY lease_change_tenant ON lease_change USING (lease_id IN (SELECT id FROM lease)) WITH CHECK (lease_id IN (SELECT id FROM lease))
;
CREATE POLICY usage_waiting_tenant ON usage_waiting USING (lease_id IN (SELECT id FROM lease)) WITH CHECK (lease_id IN (SELECT id FROM lease))
;
CREATE POLICY voucher_reservation_tenant ON voucher_reservation USING (firm_id = current_setting('entrepot.firm', true)) WITH CHECK (firm_id = current_setting('entrepot.firm', true))
;
CREATE POLICY assignment_tenant ON assignment USING (lease_id IN (SELECT id FROM lease)) WITH CHECK (lease_id IN (SELECT id FROM lease))
;
CREATE POLICY auction_job_tenant ON auction_job USING (firm_id = current_setting('entrepot.firm', true)) WITH CHECK (firm_id = current_setting('entrepot.firm', true))
;
CREATE POLICY auction_slot_tenant ON auction_slot USING (firm_id = current_setting('entrepot.firm', true)) WITH CHECK (firm_id = current_setting('entrepot.firm', true))
;
CREATE POLICY auction_standing_tenant ON auction_standing USING (firm_id = current_setting('entrepot.firm', true)) WITH CHECK (firm_id = current_setting('entrepot.firm', true))
;
CREATE POLICY invoice_tenant ON invoice USING (firm_id = current_setting('entrepot.firm', true)) WITH CHECK (firm_id = current_setting('entrepot.firm', true))
;
CREATE POLICY lost_time_tenant ON lost_time USING (lease_id IN (SELECT id FROM lease)) WITH CHECK (lease_id IN (SELECT id FROM lease))
;
CREATE POLICY usage_event_tenant ON usage_event USING (lease_id IN (SELECT id FROM lease)) WITH CHECK (lease_id IN (SELECT id FROM lease))
;
CREATE POLICY accrued_line_tenant ON accrued_line USING (firm_id = current_setting('entrepot.firm', true)) WITH CHECK (firm_id = current_setting('entrepot.firm', true))
;
CREATE POLICY auction_notice_tenant ON auction_notice USING (firm_id = current_setting('entrepot.firm', true)) WITH CHECK (firm_id = current_setting('entrepot.firm', true))
;
CREATE POLICY auction_part_tenant ON auction_part USING (firm_id = current_setting('entrepot.firm', true)) WITH CHECK (firm_id = current_setting('entrepot.firm', true))
;
CREATE POLICY contract_line_tenant ON contract_line USING (invoice_id IN (SELECT id FROM invoice)) WITH CHECK (invoice_id IN (SELECT id FROM invoice))
;
CREATE POLICY credit_note_tenant ON credit_note USING (firm_id = current_setting('entrepot.firm', true)) WITH CHECK (firm_id = current_setting('entrepot.firm', true))
;
CREATE POLICY invoice_job_tenant ON invoice_job USING (job_id IN (SELECT id FROM job)) WITH CHECK (job_id IN (SELECT id FROM job))
;
