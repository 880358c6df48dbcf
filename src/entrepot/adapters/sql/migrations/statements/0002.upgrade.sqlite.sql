CREATE TABLE account (
    id TEXT NOT NULL,
    login TEXT NOT NULL,
    display TEXT NOT NULL,
    lang TEXT NOT NULL,
    password TEXT NOT NULL,
    state TEXT NOT NULL,
    epoch INTEGER NOT NULL,
    made_at INTEGER NOT NULL,
    made_by TEXT NOT NULL,
    CONSTRAINT pk_account PRIMARY KEY (id),
    CONSTRAINT ck_account_state CHECK (state IN ('active', 'disabled')),
    CONSTRAINT ck_account_login CHECK (login = lower(login) AND login <> ''),
    CONSTRAINT ck_account_password CHECK (password = '' OR substr(password, 1, 10) = '$argon2id$'),
    CONSTRAINT uq_account_login UNIQUE (login)
)
 STRICT
;
CREATE TABLE auction_call (
    id TEXT NOT NULL,
    kind TEXT NOT NULL,
    state TEXT NOT NULL,
    from_t INTEGER NOT NULL,
    to_t INTEGER NOT NULL,
    slot_s INTEGER NOT NULL,
    gate_closure INTEGER NOT NULL,
    zones TEXT NOT NULL,
    classes TEXT NOT NULL,
    links TEXT NOT NULL,
    seed INTEGER NOT NULL,
    fee_ppm_max INTEGER NOT NULL,
    credit_bp INTEGER NOT NULL,
    rates TEXT NOT NULL,
    seal_key TEXT NOT NULL,
    released_key TEXT NOT NULL,
    opened_at INTEGER NOT NULL,
    opened_by TEXT NOT NULL,
    closed_at INTEGER,
    ended_at INTEGER,
    note TEXT NOT NULL,
    CONSTRAINT pk_auction_call PRIMARY KEY (id),
    CONSTRAINT ck_auction_call_state CHECK (state IN ('open', 'closed', 'cleared', 'void')),
    CONSTRAINT ck_auction_call_window CHECK (from_t < to_t AND gate_closure <= from_t AND slot_s > 0)
)
 STRICT
;
CREATE TABLE ceremony (
    digest TEXT NOT NULL,
    kind TEXT NOT NULL,
    account_id TEXT NOT NULL,
    body TEXT NOT NULL,
    expires_at INTEGER NOT NULL,
    CONSTRAINT pk_ceremony PRIMARY KEY (digest)
)
 STRICT
;
CREATE TABLE closed_month (
    month TEXT NOT NULL,
    closed_at INTEGER NOT NULL,
    closed_by TEXT NOT NULL,
    CONSTRAINT pk_closed_month PRIMARY KEY (month)
)
 STRICT
;
CREATE TABLE fx_quote (
    id TEXT NOT NULL,
    pair TEXT NOT NULL,
    rate TEXT NOT NULL,
    source TEXT NOT NULL,
    fixed_on TEXT NOT NULL,
    side TEXT NOT NULL,
    valid_until INTEGER,
    kept_at INTEGER NOT NULL,
    CONSTRAINT pk_fx_quote PRIMARY KEY (id),
    CONSTRAINT ck_fx_quote_side CHECK (side IN ('mid', 'buy', 'sell'))
)
 STRICT
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
    made_at INTEGER NOT NULL,
    made_by TEXT NOT NULL,
    expires_at INTEGER NOT NULL,
    used_at INTEGER,
    account_id TEXT NOT NULL,
    CONSTRAINT pk_invitation PRIMARY KEY (id),
    CONSTRAINT ck_invitation_kind CHECK (kind IN ('setup', 'invite', 'reset')),
    CONSTRAINT ck_invitation_digest CHECK (length(digest) = 64),
    CONSTRAINT uq_invitation_digest UNIQUE (digest)
)
 STRICT
;
CREATE TABLE login_attempts (
    "key" TEXT NOT NULL,
    failures INTEGER NOT NULL,
    last_at INTEGER NOT NULL,
    wait_until INTEGER NOT NULL,
    CONSTRAINT pk_login_attempts PRIMARY KEY ("key")
)
 STRICT
;
CREATE TABLE price_plan (
    id TEXT NOT NULL,
    revision INTEGER NOT NULL,
    firms TEXT NOT NULL,
    body TEXT NOT NULL,
    digest TEXT NOT NULL,
    added_at INTEGER NOT NULL,
    added_by TEXT NOT NULL,
    CONSTRAINT pk_price_plan PRIMARY KEY (id, revision),
    CONSTRAINT ck_price_plan_revision CHECK (revision > 0)
)
 STRICT
;
CREATE TABLE agent (
    id TEXT NOT NULL,
    centre_id TEXT NOT NULL,
    name TEXT NOT NULL,
    public_key TEXT NOT NULL,
    state TEXT NOT NULL,
    enrolled_at INTEGER NOT NULL,
    last_seen INTEGER NOT NULL,
    last_seq INTEGER NOT NULL,
    last_digest TEXT NOT NULL,
    backend TEXT NOT NULL,
    CONSTRAINT pk_agent PRIMARY KEY (id),
    CONSTRAINT ck_agent_state CHECK (state IN ('active', 'draining', 'revoked')),
    CONSTRAINT fk_agent_centre_id FOREIGN KEY(centre_id) REFERENCES centre (id),
    CONSTRAINT uq_agent_public_key UNIQUE (public_key)
)
 STRICT
;
CREATE TABLE agent_token (
    id TEXT NOT NULL,
    centre_id TEXT NOT NULL,
    digest TEXT NOT NULL,
    made_at INTEGER NOT NULL,
    made_by TEXT NOT NULL,
    expires_at INTEGER NOT NULL,
    used_at INTEGER,
    agent_id TEXT NOT NULL,
    CONSTRAINT pk_agent_token PRIMARY KEY (id),
    CONSTRAINT ck_agent_token_used CHECK ((used_at IS NULL) = (agent_id = '')),
    CONSTRAINT fk_agent_token_centre_id FOREIGN KEY(centre_id) REFERENCES centre (id),
    CONSTRAINT uq_agent_token_digest UNIQUE (digest)
)
 STRICT
;
CREATE TABLE api_token (
    id TEXT NOT NULL,
    account_id TEXT NOT NULL,
    name TEXT NOT NULL,
    digest TEXT NOT NULL,
    scopes TEXT NOT NULL,
    made_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    used_at INTEGER,
    revoked_at INTEGER,
    CONSTRAINT pk_api_token PRIMARY KEY (id),
    CONSTRAINT ck_api_token_digest CHECK (length(digest) = 64),
    CONSTRAINT fk_api_token_account_id FOREIGN KEY(account_id) REFERENCES account (id),
    CONSTRAINT uq_api_token_digest UNIQUE (digest)
)
 STRICT
;
CREATE TABLE auction_clearing (
    call_id TEXT NOT NULL,
    certificate TEXT NOT NULL,
    folder TEXT NOT NULL,
    digest TEXT NOT NULL,
    cleared_at INTEGER NOT NULL,
    cleared_by TEXT NOT NULL,
    CONSTRAINT pk_auction_clearing PRIMARY KEY (call_id),
    CONSTRAINT fk_auction_clearing_call_id FOREIGN KEY(call_id) REFERENCES auction_call (id)
)
 STRICT
;
CREATE TABLE auction_order (
    id TEXT NOT NULL,
    call_id TEXT NOT NULL,
    seq INTEGER NOT NULL,
    side TEXT NOT NULL,
    firm_id TEXT,
    centre_id TEXT,
    group_id TEXT NOT NULL,
    commitment TEXT NOT NULL,
    sealed TEXT NOT NULL,
    hold_id TEXT NOT NULL,
    hold_minor INTEGER NOT NULL,
    stock TEXT NOT NULL,
    placed_at INTEGER NOT NULL,
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
 STRICT
;
CREATE TABLE centre_statement (
    id TEXT NOT NULL,
    number TEXT NOT NULL,
    branch TEXT NOT NULL,
    year INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    centre_id TEXT NOT NULL,
    month TEXT NOT NULL,
    issued_at INTEGER NOT NULL,
    body TEXT NOT NULL,
    digest TEXT NOT NULL,
    CONSTRAINT pk_centre_statement PRIMARY KEY (id),
    CONSTRAINT centre_statement_gapless UNIQUE (branch, year, seq),
    CONSTRAINT centre_statement_once UNIQUE (centre_id, month),
    CONSTRAINT uq_centre_statement_number UNIQUE (number),
    CONSTRAINT fk_centre_statement_centre_id FOREIGN KEY(centre_id) REFERENCES centre (id)
)
 STRICT
;
CREATE TABLE four_eyes_end (
    proposal_id TEXT NOT NULL,
    state TEXT NOT NULL,
    person TEXT NOT NULL,
    at INTEGER NOT NULL,
    reason TEXT NOT NULL,
    result TEXT NOT NULL,
    CONSTRAINT pk_four_eyes_end PRIMARY KEY (proposal_id),
    CONSTRAINT ck_four_eyes_end_state CHECK (state IN ('approved', 'refused', 'withdrawn')),
    CONSTRAINT fk_four_eyes_end_proposal_id FOREIGN KEY(proposal_id) REFERENCES four_eyes (id)
)
 STRICT
;
CREATE TABLE fx_fixing (
    id INTEGER NOT NULL,
    pair TEXT NOT NULL,
    day TEXT NOT NULL,
    rate TEXT NOT NULL,
    source TEXT NOT NULL,
    proposal_id TEXT NOT NULL,
    recorded_at INTEGER NOT NULL,
    CONSTRAINT pk_fx_fixing PRIMARY KEY (id),
    CONSTRAINT fk_fx_fixing_proposal_id FOREIGN KEY(proposal_id) REFERENCES four_eyes (id)
)
 STRICT
;
CREATE TABLE fx_use (
    subject TEXT NOT NULL,
    fx_quote_id TEXT NOT NULL,
    CONSTRAINT pk_fx_use PRIMARY KEY (subject, fx_quote_id),
    CONSTRAINT fk_fx_use_fx_quote_id FOREIGN KEY(fx_quote_id) REFERENCES fx_quote (id)
)
 STRICT
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
 STRICT
;
CREATE TABLE new__ledger_transfer (
    seq INTEGER NOT NULL,
    batch INTEGER NOT NULL,
    id TEXT NOT NULL,
    debit INTEGER NOT NULL,
    credit INTEGER NOT NULL,
    amount INTEGER NOT NULL,
    asset TEXT NOT NULL,
    code TEXT NOT NULL,
    phase TEXT NOT NULL,
    pending_id TEXT NOT NULL,
    timeout_s INTEGER NOT NULL,
    link_group TEXT NOT NULL,
    cause TEXT NOT NULL,
    t INTEGER NOT NULL,
    CONSTRAINT pk_ledger_transfer PRIMARY KEY (seq),
    CONSTRAINT ck_ledger_transfer_amount CHECK (amount > 0),
    CONSTRAINT ck_ledger_transfer_phase CHECK (phase = 'posted' OR phase = 'pending' OR phase = 'post' OR phase = 'void' OR phase = 'expire'),
    CONSTRAINT fk_ledger_transfer_debit FOREIGN KEY(debit) REFERENCES ledger_account (id),
    CONSTRAINT fk_ledger_transfer_credit FOREIGN KEY(credit) REFERENCES ledger_account (id),
    CONSTRAINT uq_ledger_transfer_id UNIQUE (id)
)
 STRICT
;
INSERT INTO new__ledger_transfer (seq, batch, id, debit, credit, amount, asset, code, phase, pending_id, timeout_s, link_group, cause, t) SELECT seq, batch, id, debit, credit, amount, asset, code, phase, pending_id, timeout_s, link_group, cause, t FROM ledger_transfer
;
DROP TABLE ledger_transfer
;
ALTER TABLE new__ledger_transfer RENAME TO ledger_transfer
;
CREATE TABLE login_session (
    id TEXT NOT NULL,
    account_id TEXT NOT NULL,
    digest TEXT NOT NULL,
    epoch INTEGER NOT NULL,
    made_at INTEGER NOT NULL,
    seen_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    ended_at INTEGER,
    address TEXT NOT NULL,
    agent TEXT NOT NULL,
    CONSTRAINT pk_login_session PRIMARY KEY (id),
    CONSTRAINT ck_login_session_digest CHECK (length(digest) = 64),
    CONSTRAINT fk_login_session_account_id FOREIGN KEY(account_id) REFERENCES account (id),
    CONSTRAINT uq_login_session_digest UNIQUE (digest)
)
 STRICT
;
CREATE TABLE outside_login (
    issuer TEXT NOT NULL,
    subject TEXT NOT NULL,
    account_id TEXT NOT NULL,
    made_at INTEGER NOT NULL,
    CONSTRAINT pk_outside_login PRIMARY KEY (issuer, subject),
    CONSTRAINT fk_outside_login_account_id FOREIGN KEY(account_id) REFERENCES account (id)
)
 STRICT
;
CREATE TABLE passkey (
    id TEXT NOT NULL,
    account_id TEXT NOT NULL,
    public_key TEXT NOT NULL,
    sign_count INTEGER NOT NULL,
    name TEXT NOT NULL,
    made_at INTEGER NOT NULL,
    used_at INTEGER,
    CONSTRAINT pk_passkey PRIMARY KEY (id),
    CONSTRAINT fk_passkey_account_id FOREIGN KEY(account_id) REFERENCES account (id)
)
 STRICT
;
CREATE TABLE project (
    id TEXT NOT NULL,
    firm_id TEXT NOT NULL,
    name TEXT NOT NULL,
    made_at INTEGER NOT NULL,
    made_by TEXT NOT NULL,
    closed_at INTEGER,
    CONSTRAINT pk_project PRIMARY KEY (id),
    CONSTRAINT fk_project_firm_id FOREIGN KEY(firm_id) REFERENCES firm (id)
)
 STRICT
;
CREATE TABLE purchase_contract (
    id TEXT NOT NULL,
    centre_id TEXT NOT NULL,
    branch TEXT NOT NULL,
    currency TEXT NOT NULL,
    payment_days INTEGER NOT NULL,
    commitments TEXT NOT NULL,
    from_day TEXT NOT NULL,
    to_day TEXT,
    state TEXT NOT NULL,
    standing INTEGER NOT NULL,
    made_by TEXT NOT NULL,
    made_at INTEGER NOT NULL,
    signed_by TEXT,
    signed_at INTEGER,
    reference TEXT NOT NULL,
    digest TEXT NOT NULL,
    ended_on TEXT,
    CONSTRAINT pk_purchase_contract PRIMARY KEY (id),
    CONSTRAINT ck_purchase_contract_currency CHECK (currency = 'CNH'),
    CONSTRAINT fk_purchase_contract_centre_id FOREIGN KEY(centre_id) REFERENCES centre (id)
)
 STRICT
;
CREATE TABLE revaluation (
    on_day TEXT NOT NULL,
    fx_quote_id TEXT NOT NULL,
    position_minor INTEGER NOT NULL,
    carrying_minor INTEGER NOT NULL,
    at_mid_minor INTEGER NOT NULL,
    unrealised_minor INTEGER NOT NULL,
    booked_at INTEGER NOT NULL,
    reversed_at INTEGER,
    CONSTRAINT pk_revaluation PRIMARY KEY (on_day),
    CONSTRAINT ck_revaluation_sum CHECK (unrealised_minor = at_mid_minor - carrying_minor),
    CONSTRAINT fk_revaluation_fx_quote_id FOREIGN KEY(fx_quote_id) REFERENCES fx_quote (id)
)
 STRICT
;
CREATE TABLE role_grant (
    id TEXT NOT NULL,
    account_id TEXT NOT NULL,
    role TEXT NOT NULL,
    scope TEXT NOT NULL,
    scope_id TEXT NOT NULL,
    level TEXT NOT NULL,
    made_at INTEGER NOT NULL,
    made_by TEXT NOT NULL,
    proposal_id TEXT NOT NULL,
    ended_at INTEGER,
    CONSTRAINT pk_role_grant PRIMARY KEY (id),
    CONSTRAINT ck_role_grant_place CHECK ((role = 'tenant' AND scope IN ('firm', 'project')) OR (role = 'supplier' AND scope = 'centre') OR (role IN ('operator', 'auditor') AND scope = 'house') OR (role = 'voucher_authority' AND scope = 'programme')),
    CONSTRAINT ck_role_grant_scope CHECK ((scope = 'house') = (scope_id = '')),
    CONSTRAINT ck_role_grant_level CHECK (level IN ('read', 'work', 'lead')),
    CONSTRAINT fk_role_grant_account_id FOREIGN KEY(account_id) REFERENCES account (id)
)
 STRICT
;
CREATE TABLE user_contract (
    id TEXT NOT NULL,
    firm_id TEXT NOT NULL,
    branch TEXT NOT NULL,
    currency TEXT NOT NULL,
    terms TEXT NOT NULL,
    limit_minor INTEGER NOT NULL,
    payment_days INTEGER NOT NULL,
    billing TEXT NOT NULL,
    "plan" TEXT,
    from_day TEXT NOT NULL,
    to_day TEXT,
    state TEXT NOT NULL,
    standing INTEGER NOT NULL,
    made_by TEXT NOT NULL,
    made_at INTEGER NOT NULL,
    signed_by TEXT,
    signed_at INTEGER,
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
 STRICT
;
CREATE TABLE auction_result (
    order_id TEXT NOT NULL,
    call_id TEXT NOT NULL,
    firm_id TEXT,
    centre_id TEXT,
    charge_minor INTEGER NOT NULL,
    whole_minor INTEGER NOT NULL,
    fee_minor INTEGER NOT NULL,
    fraction_minor INTEGER NOT NULL,
    net_minor INTEGER NOT NULL,
    body TEXT NOT NULL,
    CONSTRAINT pk_auction_result PRIMARY KEY (order_id),
    CONSTRAINT ck_auction_result_net CHECK (net_minor >= 0),
    CONSTRAINT fk_auction_result_order_id FOREIGN KEY(order_id) REFERENCES auction_order (id),
    CONSTRAINT fk_auction_result_call_id FOREIGN KEY(call_id) REFERENCES auction_call (id),
    CONSTRAINT fk_auction_result_firm_id FOREIGN KEY(firm_id) REFERENCES firm (id),
    CONSTRAINT fk_auction_result_centre_id FOREIGN KEY(centre_id) REFERENCES centre (id)
)
 STRICT
;
CREATE TABLE bank_entry (
    id TEXT NOT NULL,
    mark TEXT NOT NULL,
    read_at INTEGER NOT NULL,
    end_to_end_id TEXT NOT NULL,
    asset TEXT NOT NULL,
    minor INTEGER NOT NULL,
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
 STRICT
;
CREATE TABLE batch_member (
    batch_id TEXT NOT NULL,
    member_id TEXT NOT NULL,
    centre_minor INTEGER NOT NULL,
    carrying_minor INTEGER NOT NULL,
    CONSTRAINT pk_batch_member PRIMARY KEY (batch_id, member_id),
    CONSTRAINT fk_batch_member_batch_id FOREIGN KEY(batch_id) REFERENCES batch (id)
)
 STRICT
;
CREATE TABLE budget (
    id TEXT NOT NULL,
    firm_id TEXT NOT NULL,
    project_id TEXT,
    month TEXT NOT NULL,
    limit_minor INTEGER NOT NULL,
    hard_stop INTEGER NOT NULL,
    made_at INTEGER NOT NULL,
    made_by TEXT NOT NULL,
    ended_at INTEGER,
    CONSTRAINT pk_budget PRIMARY KEY (id),
    CONSTRAINT ck_budget_limit CHECK (limit_minor > 0),
    CONSTRAINT ck_budget_month CHECK (length(month) = 7),
    CONSTRAINT ck_budget_stop CHECK (hard_stop IN (0, 1)),
    CONSTRAINT fk_budget_firm_id FOREIGN KEY(firm_id) REFERENCES firm (id),
    CONSTRAINT fk_budget_project_id FOREIGN KEY(project_id) REFERENCES project (id)
)
 STRICT
;
CREATE TABLE device_promise (
    pool_id TEXT NOT NULL,
    hour INTEGER NOT NULL,
    devices INTEGER NOT NULL,
    CONSTRAINT pk_device_promise PRIMARY KEY (pool_id, hour),
    CONSTRAINT ck_device_promise_devices CHECK (devices >= 0),
    CONSTRAINT fk_device_promise_pool_id FOREIGN KEY(pool_id) REFERENCES pool (id)
)
 STRICT
;
CREATE TABLE month_invoice (
    id TEXT NOT NULL,
    number TEXT NOT NULL,
    branch TEXT NOT NULL,
    year INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    firm_id TEXT NOT NULL,
    contract_id TEXT NOT NULL,
    month TEXT NOT NULL,
    issued_at INTEGER NOT NULL,
    due_on TEXT NOT NULL,
    total_minor INTEGER NOT NULL,
    extra_minor INTEGER NOT NULL,
    body TEXT NOT NULL,
    digest TEXT NOT NULL,
    CONSTRAINT pk_month_invoice PRIMARY KEY (id),
    CONSTRAINT month_invoice_gapless UNIQUE (branch, year, seq),
    CONSTRAINT month_invoice_once UNIQUE (contract_id, month),
    CONSTRAINT uq_month_invoice_number UNIQUE (number),
    CONSTRAINT fk_month_invoice_firm_id FOREIGN KEY(firm_id) REFERENCES firm (id),
    CONSTRAINT fk_month_invoice_contract_id FOREIGN KEY(contract_id) REFERENCES user_contract (id)
)
 STRICT
;
CREATE TABLE own_rmb (
    id TEXT NOT NULL,
    batch_id TEXT NOT NULL,
    at INTEGER NOT NULL,
    cnh_minor INTEGER NOT NULL,
    hkd_minor INTEGER NOT NULL,
    why TEXT NOT NULL,
    CONSTRAINT pk_own_rmb PRIMARY KEY (id),
    CONSTRAINT fk_own_rmb_batch_id FOREIGN KEY(batch_id) REFERENCES batch (id)
)
 STRICT
;
CREATE TABLE payment_line (
    end_to_end_id TEXT NOT NULL,
    message_id TEXT NOT NULL,
    digest TEXT NOT NULL,
    batch_id TEXT NOT NULL,
    leg TEXT NOT NULL,
    asset TEXT NOT NULL,
    minor INTEGER NOT NULL,
    sells_minor INTEGER NOT NULL,
    made_at INTEGER NOT NULL,
    made_by TEXT NOT NULL,
    CONSTRAINT pk_payment_line PRIMARY KEY (end_to_end_id),
    CONSTRAINT ck_payment_line_amount CHECK (minor > 0 AND sells_minor >= 0),
    CONSTRAINT ck_payment_line_leg CHECK (leg IN ('fx', 'pay')),
    CONSTRAINT fk_payment_line_batch_id FOREIGN KEY(batch_id) REFERENCES batch (id)
)
 STRICT
;
CREATE TABLE pool_terms (
    pool_id TEXT NOT NULL,
    kinds TEXT NOT NULL,
    nodes TEXT NOT NULL,
    CONSTRAINT pk_pool_terms PRIMARY KEY (pool_id),
    CONSTRAINT fk_pool_terms_pool_id FOREIGN KEY(pool_id) REFERENCES pool (id)
)
 STRICT
;
CREATE TABLE project_quote (
    quote_id TEXT NOT NULL,
    project_id TEXT NOT NULL,
    firm_id TEXT NOT NULL,
    CONSTRAINT pk_project_quote PRIMARY KEY (quote_id),
    CONSTRAINT fk_project_quote_quote_id FOREIGN KEY(quote_id) REFERENCES quote (id),
    CONSTRAINT fk_project_quote_project_id FOREIGN KEY(project_id) REFERENCES project (id)
)
 STRICT
;
CREATE TABLE receivable_item (
    document_id TEXT NOT NULL,
    number TEXT NOT NULL,
    kind TEXT NOT NULL,
    firm_id TEXT NOT NULL,
    contract_id TEXT NOT NULL,
    terms TEXT NOT NULL,
    issued_at INTEGER NOT NULL,
    due_on TEXT,
    payable_minor INTEGER NOT NULL,
    prepaid_minor INTEGER NOT NULL,
    CONSTRAINT pk_receivable_item PRIMARY KEY (document_id),
    CONSTRAINT ck_receivable_item_kind CHECK (kind IN ('job', 'bill', 'month')),
    CONSTRAINT ck_receivable_item_range CHECK (prepaid_minor BETWEEN 0 AND payable_minor),
    CONSTRAINT uq_receivable_item_number UNIQUE (number),
    CONSTRAINT fk_receivable_item_firm_id FOREIGN KEY(firm_id) REFERENCES firm (id),
    CONSTRAINT fk_receivable_item_contract_id FOREIGN KEY(contract_id) REFERENCES user_contract (id)
)
 STRICT
;
CREATE TABLE settlement_debt (
    id TEXT NOT NULL,
    centre_id TEXT NOT NULL,
    origin TEXT NOT NULL,
    reason TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    centre_minor INTEGER NOT NULL,
    carrying_minor INTEGER NOT NULL,
    batch_id TEXT,
    CONSTRAINT pk_settlement_debt PRIMARY KEY (id),
    CONSTRAINT ck_settlement_debt_amount CHECK (centre_minor <> 0 OR carrying_minor <> 0),
    CONSTRAINT fk_settlement_debt_centre_id FOREIGN KEY(centre_id) REFERENCES centre (id),
    CONSTRAINT fk_settlement_debt_batch_id FOREIGN KEY(batch_id) REFERENCES batch (id)
)
 STRICT
;
CREATE TABLE budget_mark (
    budget_id TEXT NOT NULL,
    percent INTEGER NOT NULL,
    firm_id TEXT NOT NULL,
    reached_at INTEGER,
    spent_minor INTEGER,
    CONSTRAINT pk_budget_mark PRIMARY KEY (budget_id, percent),
    CONSTRAINT ck_budget_mark_percent CHECK (percent > 0),
    CONSTRAINT ck_budget_mark_both CHECK ((reached_at IS NULL) = (spent_minor IS NULL)),
    CONSTRAINT fk_budget_mark_budget_id FOREIGN KEY(budget_id) REFERENCES budget (id),
    CONSTRAINT fk_budget_mark_firm_id FOREIGN KEY(firm_id) REFERENCES firm (id)
)
 STRICT
;
CREATE TABLE receipt (
    id TEXT NOT NULL,
    firm_id TEXT NOT NULL,
    document_id TEXT NOT NULL,
    reference TEXT NOT NULL,
    source TEXT NOT NULL,
    received_at INTEGER NOT NULL,
    amount_minor INTEGER NOT NULL,
    applied_minor INTEGER NOT NULL,
    recovered_minor INTEGER NOT NULL,
    excess_minor INTEGER NOT NULL,
    CONSTRAINT pk_receipt PRIMARY KEY (id),
    CONSTRAINT ck_receipt_sum CHECK (amount_minor = applied_minor + recovered_minor + excess_minor),
    CONSTRAINT ck_receipt_range CHECK (amount_minor > 0 AND applied_minor >= 0 AND recovered_minor >= 0 AND excess_minor >= 0),
    CONSTRAINT receipt_once UNIQUE (firm_id, reference),
    CONSTRAINT fk_receipt_firm_id FOREIGN KEY(firm_id) REFERENCES firm (id),
    CONSTRAINT fk_receipt_document_id FOREIGN KEY(document_id) REFERENCES receivable_item (document_id)
)
 STRICT
;
CREATE TABLE reminder_letter (
    document_id TEXT NOT NULL,
    level INTEGER NOT NULL,
    firm_id TEXT NOT NULL,
    written_at INTEGER NOT NULL,
    body TEXT NOT NULL,
    digest TEXT NOT NULL,
    CONSTRAINT pk_reminder_letter PRIMARY KEY (document_id, level),
    CONSTRAINT ck_reminder_letter_level CHECK (level BETWEEN 1 AND 3),
    CONSTRAINT fk_reminder_letter_document_id FOREIGN KEY(document_id) REFERENCES receivable_item (document_id),
    CONSTRAINT fk_reminder_letter_firm_id FOREIGN KEY(firm_id) REFERENCES firm (id)
)
 STRICT
;
CREATE TABLE write_off (
    document_id TEXT NOT NULL,
    firm_id TEXT NOT NULL,
    minor INTEGER NOT NULL,
    at INTEGER NOT NULL,
    proposal_id TEXT NOT NULL,
    CONSTRAINT pk_write_off PRIMARY KEY (document_id),
    CONSTRAINT ck_write_off_range CHECK (minor > 0),
    CONSTRAINT fk_write_off_document_id FOREIGN KEY(document_id) REFERENCES receivable_item (document_id),
    CONSTRAINT fk_write_off_firm_id FOREIGN KEY(firm_id) REFERENCES firm (id),
    CONSTRAINT fk_write_off_proposal_id FOREIGN KEY(proposal_id) REFERENCES four_eyes (id)
)
 STRICT
;
CREATE TABLE auction_lease (
    lease_id TEXT NOT NULL,
    call_id TEXT NOT NULL,
    order_id TEXT NOT NULL,
    option TEXT NOT NULL,
    firm_id TEXT NOT NULL,
    centre_id TEXT NOT NULL,
    pool_id TEXT NOT NULL,
    devices INTEGER NOT NULL,
    from_t INTEGER NOT NULL,
    to_t INTEGER NOT NULL,
    paid_minor INTEGER NOT NULL,
    owed_minor INTEGER NOT NULL,
    CONSTRAINT pk_auction_lease PRIMARY KEY (lease_id),
    CONSTRAINT ck_auction_lease_size CHECK (devices > 0 AND from_t < to_t),
    CONSTRAINT fk_auction_lease_lease_id FOREIGN KEY(lease_id) REFERENCES lease (id),
    CONSTRAINT fk_auction_lease_call_id FOREIGN KEY(call_id) REFERENCES auction_call (id),
    CONSTRAINT fk_auction_lease_order_id FOREIGN KEY(order_id) REFERENCES auction_order (id),
    CONSTRAINT fk_auction_lease_firm_id FOREIGN KEY(firm_id) REFERENCES firm (id),
    CONSTRAINT fk_auction_lease_centre_id FOREIGN KEY(centre_id) REFERENCES centre (id),
    CONSTRAINT fk_auction_lease_pool_id FOREIGN KEY(pool_id) REFERENCES pool (id)
)
 STRICT
;
CREATE TABLE contract_member (
    lease_id TEXT NOT NULL,
    user_contract_id TEXT NOT NULL,
    purchase_contract_id TEXT NOT NULL,
    terms TEXT NOT NULL,
    bound_at INTEGER NOT NULL,
    CONSTRAINT pk_contract_member PRIMARY KEY (lease_id),
    CONSTRAINT fk_contract_member_lease_id FOREIGN KEY(lease_id) REFERENCES lease (id),
    CONSTRAINT fk_contract_member_user_contract_id FOREIGN KEY(user_contract_id) REFERENCES user_contract (id),
    CONSTRAINT fk_contract_member_purchase_contract_id FOREIGN KEY(purchase_contract_id) REFERENCES purchase_contract (id)
)
 STRICT
;
CREATE TABLE lease_change (
    lease_id TEXT NOT NULL,
    number INTEGER NOT NULL,
    what TEXT NOT NULL,
    "before" TEXT NOT NULL,
    "after" TEXT NOT NULL,
    reason TEXT NOT NULL,
    changed_at INTEGER NOT NULL,
    changed_by TEXT NOT NULL,
    CONSTRAINT pk_lease_change PRIMARY KEY (lease_id, number),
    CONSTRAINT ck_lease_change_number CHECK (number > 0),
    CONSTRAINT ck_lease_change_what CHECK (what IN ('extend', 'shrink', 'give_back')),
    CONSTRAINT fk_lease_change_lease_id FOREIGN KEY(lease_id) REFERENCES lease (id)
)
 STRICT
;
CREATE TABLE usage_waiting (
    source TEXT NOT NULL,
    id TEXT NOT NULL,
    lease_id TEXT NOT NULL,
    body TEXT NOT NULL,
    signature TEXT NOT NULL,
    received_at INTEGER NOT NULL,
    CONSTRAINT pk_usage_waiting PRIMARY KEY (source, id),
    CONSTRAINT fk_usage_waiting_lease_id FOREIGN KEY(lease_id) REFERENCES lease (id)
)
 STRICT
;
CREATE TABLE assignment (
    id TEXT NOT NULL,
    job_id TEXT NOT NULL,
    lease_id TEXT NOT NULL,
    centre_id TEXT NOT NULL,
    fence INTEGER NOT NULL,
    agent_id TEXT NOT NULL,
    state TEXT NOT NULL,
    queued_at INTEGER NOT NULL,
    given_at INTEGER,
    cancelled INTEGER NOT NULL,
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
 STRICT
;
CREATE TABLE auction_job (
    lease_id TEXT NOT NULL,
    firm_id TEXT NOT NULL,
    job TEXT NOT NULL,
    given_at INTEGER NOT NULL,
    given_by TEXT NOT NULL,
    CONSTRAINT pk_auction_job PRIMARY KEY (lease_id),
    CONSTRAINT fk_auction_job_lease_id FOREIGN KEY(lease_id) REFERENCES auction_lease (lease_id),
    CONSTRAINT fk_auction_job_firm_id FOREIGN KEY(firm_id) REFERENCES firm (id)
)
 STRICT
;
CREATE TABLE auction_slot (
    lease_id TEXT NOT NULL,
    slot_t INTEGER NOT NULL,
    slot_s INTEGER NOT NULL,
    firm_id TEXT NOT NULL,
    centre_id TEXT NOT NULL,
    paid_minor INTEGER NOT NULL,
    owed_minor INTEGER NOT NULL,
    state TEXT NOT NULL,
    reference TEXT NOT NULL,
    changed_at INTEGER NOT NULL,
    CONSTRAINT pk_auction_slot PRIMARY KEY (lease_id, slot_t),
    CONSTRAINT ck_auction_slot_state CHECK (state IN ('due', 'delivered', 'failed', 'yielded', 'resold')),
    CONSTRAINT fk_auction_slot_lease_id FOREIGN KEY(lease_id) REFERENCES auction_lease (lease_id),
    CONSTRAINT fk_auction_slot_firm_id FOREIGN KEY(firm_id) REFERENCES firm (id),
    CONSTRAINT fk_auction_slot_centre_id FOREIGN KEY(centre_id) REFERENCES centre (id)
)
 STRICT
;
CREATE TABLE auction_standing (
    ask_id TEXT NOT NULL,
    order_id TEXT,
    call_id TEXT NOT NULL,
    lease_id TEXT NOT NULL,
    firm_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    from_t INTEGER NOT NULL,
    to_t INTEGER NOT NULL,
    whole INTEGER NOT NULL,
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
 STRICT
;
CREATE TABLE lost_time (
    id TEXT NOT NULL,
    lease_id TEXT NOT NULL,
    job_id TEXT NOT NULL,
    seconds INTEGER NOT NULL,
    reason TEXT NOT NULL,
    reference TEXT NOT NULL,
    recorded_at INTEGER NOT NULL,
    recorded_by TEXT NOT NULL,
    CONSTRAINT pk_lost_time PRIMARY KEY (id),
    CONSTRAINT lost_time_once UNIQUE (lease_id, reference),
    CONSTRAINT ck_lost_time_seconds CHECK (seconds > 0),
    CONSTRAINT fk_lost_time_lease_id FOREIGN KEY(lease_id) REFERENCES lease (id),
    CONSTRAINT fk_lost_time_job_id FOREIGN KEY(job_id) REFERENCES job (id)
)
 STRICT
;
CREATE TABLE accrued_line (
    id TEXT NOT NULL,
    number INTEGER NOT NULL,
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
    milli_device_seconds INTEGER NOT NULL,
    amount_minor INTEGER NOT NULL,
    spread_minor INTEGER NOT NULL,
    tax_minor INTEGER NOT NULL,
    centre_id TEXT,
    centre_minor INTEGER NOT NULL,
    carrying_minor INTEGER NOT NULL,
    text TEXT NOT NULL,
    params TEXT NOT NULL,
    body TEXT NOT NULL,
    made_at INTEGER NOT NULL,
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
 STRICT
;
CREATE TABLE auction_notice (
    ask_id TEXT NOT NULL,
    call_id TEXT NOT NULL,
    lease_id TEXT NOT NULL,
    firm_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    given_at INTEGER NOT NULL,
    ends_at INTEGER NOT NULL,
    slots INTEGER NOT NULL,
    brought_minor INTEGER NOT NULL,
    refund_minor INTEGER NOT NULL,
    credit_minor INTEGER NOT NULL,
    fee_minor INTEGER NOT NULL,
    CONSTRAINT pk_auction_notice PRIMARY KEY (ask_id),
    CONSTRAINT ck_auction_notice_ahead CHECK (given_at < ends_at AND slots > 0),
    CONSTRAINT ck_auction_notice_covered CHECK (kind <> 'elastic' OR brought_minor >= refund_minor + credit_minor),
    CONSTRAINT fk_auction_notice_ask_id FOREIGN KEY(ask_id) REFERENCES auction_standing (ask_id),
    CONSTRAINT fk_auction_notice_call_id FOREIGN KEY(call_id) REFERENCES auction_call (id),
    CONSTRAINT fk_auction_notice_lease_id FOREIGN KEY(lease_id) REFERENCES auction_lease (lease_id),
    CONSTRAINT fk_auction_notice_firm_id FOREIGN KEY(firm_id) REFERENCES firm (id)
)
 STRICT
;
CREATE TABLE auction_part (
    lease_id TEXT NOT NULL,
    slot_t INTEGER NOT NULL,
    ask_id TEXT NOT NULL,
    firm_id TEXT NOT NULL,
    minor INTEGER NOT NULL,
    basis_minor INTEGER NOT NULL,
    CONSTRAINT pk_auction_part PRIMARY KEY (lease_id, slot_t, ask_id),
    CONSTRAINT ck_auction_part_amount CHECK (minor >= 0 AND basis_minor >= 0),
    CONSTRAINT fk_auction_part_lease_id FOREIGN KEY(lease_id) REFERENCES auction_lease (lease_id),
    CONSTRAINT fk_auction_part_ask_id FOREIGN KEY(ask_id) REFERENCES auction_standing (ask_id),
    CONSTRAINT fk_auction_part_firm_id FOREIGN KEY(firm_id) REFERENCES firm (id)
)
 STRICT
;
CREATE TABLE contract_line (
    invoice_id TEXT NOT NULL,
    line INTEGER NOT NULL,
    user_contract_id TEXT NOT NULL,
    purchase_contract_id TEXT NOT NULL,
    user_minor INTEGER NOT NULL,
    centre_minor INTEGER NOT NULL,
    carrying_minor INTEGER NOT NULL,
    CONSTRAINT pk_contract_line PRIMARY KEY (invoice_id, line),
    CONSTRAINT fk_contract_line_invoice_id FOREIGN KEY(invoice_id) REFERENCES invoice (id),
    CONSTRAINT fk_contract_line_user_contract_id FOREIGN KEY(user_contract_id) REFERENCES user_contract (id),
    CONSTRAINT fk_contract_line_purchase_contract_id FOREIGN KEY(purchase_contract_id) REFERENCES purchase_contract (id)
)
 STRICT
;
CREATE TABLE credit_note (
    id TEXT NOT NULL,
    number TEXT NOT NULL,
    branch TEXT NOT NULL,
    year INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    firm_id TEXT NOT NULL,
    document_id TEXT NOT NULL,
    invoice_id TEXT,
    line INTEGER NOT NULL,
    bill_line INTEGER NOT NULL,
    amount_minor INTEGER NOT NULL,
    applied_minor INTEGER NOT NULL,
    centre_id TEXT,
    centre_minor INTEGER NOT NULL,
    carrying_minor INTEGER NOT NULL,
    issued_at INTEGER NOT NULL,
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
 STRICT
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
 STRICT
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
CREATE INDEX ix_ledger_transfer_hold ON ledger_transfer (id) WHERE phase = 'pending'
;
CREATE INDEX ix_ledger_transfer_link_group ON ledger_transfer (link_group) WHERE link_group <> ''
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
CREATE UNIQUE INDEX uq_ledger_transfer_pending_id ON ledger_transfer (pending_id) WHERE pending_id <> ''
;
CREATE TRIGGER IF NOT EXISTS auction_call_no_delete
BEFORE DELETE ON auction_call
BEGIN SELECT RAISE(ABORT, 'auction_call is append-only'); END
;
CREATE TRIGGER IF NOT EXISTS auction_call_no_update
BEFORE UPDATE OF id, kind, from_t, to_t, slot_s, gate_closure, zones, classes, links, seed, fee_ppm_max, credit_bp, rates, seal_key, opened_at, opened_by ON auction_call
BEGIN SELECT RAISE(ABORT, 'auction_call is append-only'); END
;
CREATE TRIGGER IF NOT EXISTS auction_call_no_reopening
BEFORE UPDATE OF state ON auction_call WHEN (old.state IN ('cleared', 'void'))
BEGIN SELECT RAISE(ABORT, 'auction_call is append-only'); END
;
CREATE TRIGGER IF NOT EXISTS closed_month_no_update
BEFORE UPDATE ON closed_month
BEGIN SELECT RAISE(ABORT, 'closed_month is append-only'); END
;
CREATE TRIGGER IF NOT EXISTS closed_month_no_delete
BEFORE DELETE ON closed_month
BEGIN SELECT RAISE(ABORT, 'closed_month is append-only'); END
;
CREATE TRIGGER IF NOT EXISTS fx_quote_no_update
BEFORE UPDATE ON fx_quote
BEGIN SELECT RAISE(ABORT, 'fx_quote is append-only'); END
;
CREATE TRIGGER IF NOT EXISTS fx_quote_no_delete
BEFORE DELETE ON fx_quote
BEGIN SELECT RAISE(ABORT, 'fx_quote is append-only'); END
;
CREATE TRIGGER IF NOT EXISTS invitation_no_update
BEFORE UPDATE OF id, kind, digest, login, role, scope, scope_id ON invitation
BEGIN SELECT RAISE(ABORT, 'invitation is append-only'); END
;
CREATE TRIGGER IF NOT EXISTS price_plan_no_update
BEFORE UPDATE ON price_plan
BEGIN SELECT RAISE(ABORT, 'price_plan is append-only'); END
;
CREATE TRIGGER IF NOT EXISTS price_plan_no_delete
BEFORE DELETE ON price_plan
BEGIN SELECT RAISE(ABORT, 'price_plan is append-only'); END
;
CREATE TRIGGER IF NOT EXISTS api_token_no_update
BEFORE UPDATE OF id, account_id, digest, scopes, expires_at ON api_token
BEGIN SELECT RAISE(ABORT, 'api_token is append-only'); END
;
CREATE TRIGGER IF NOT EXISTS auction_clearing_no_update
BEFORE UPDATE ON auction_clearing
BEGIN SELECT RAISE(ABORT, 'auction_clearing is append-only'); END
;
CREATE TRIGGER IF NOT EXISTS auction_clearing_no_delete
BEFORE DELETE ON auction_clearing
BEGIN SELECT RAISE(ABORT, 'auction_clearing is append-only'); END
;
CREATE TRIGGER IF NOT EXISTS auction_order_no_delete
BEFORE DELETE ON auction_order
BEGIN SELECT RAISE(ABORT, 'auction_order is append-only'); END
;
CREATE TRIGGER IF NOT EXISTS auction_order_no_update
BEFORE UPDATE OF id, call_id, seq, side, firm_id, centre_id, group_id, commitment, sealed, hold_id, hold_minor, stock, placed_at, placed_by ON auction_order
BEGIN SELECT RAISE(ABORT, 'auction_order is append-only'); END
;
CREATE TRIGGER IF NOT EXISTS auction_order_no_rewriting
BEFORE UPDATE OF body ON auction_order WHEN (old.body <> '{}')
BEGIN SELECT RAISE(ABORT, 'auction_order is append-only'); END
;
CREATE TRIGGER IF NOT EXISTS batch_no_new_terms
BEFORE UPDATE ON batch WHEN (old.centre_id <> new.centre_id OR old.value_date <> new.value_date OR old.created_at <> new.created_at OR old.centre_minor <> new.centre_minor OR old.mid_minor <> new.mid_minor OR old.spread_minor <> new.spread_minor OR old.carrying_minor <> new.carrying_minor)
BEGIN SELECT RAISE(ABORT, 'batch is append-only'); END
;
CREATE TRIGGER IF NOT EXISTS batch_no_second_order
BEFORE UPDATE ON batch WHEN (old.pain_digest <> '' AND (old.pain_digest <> new.pain_digest))
BEGIN SELECT RAISE(ABORT, 'batch is append-only'); END
;
CREATE TRIGGER IF NOT EXISTS batch_no_delete
BEFORE DELETE ON batch
BEGIN SELECT RAISE(ABORT, 'batch is append-only'); END
;
CREATE TRIGGER IF NOT EXISTS centre_statement_no_update
BEFORE UPDATE ON centre_statement
BEGIN SELECT RAISE(ABORT, 'centre_statement is append-only'); END
;
CREATE TRIGGER IF NOT EXISTS centre_statement_no_delete
BEFORE DELETE ON centre_statement
BEGIN SELECT RAISE(ABORT, 'centre_statement is append-only'); END
;
CREATE TRIGGER IF NOT EXISTS four_eyes_end_no_update
BEFORE UPDATE ON four_eyes_end
BEGIN SELECT RAISE(ABORT, 'four_eyes_end is append-only'); END
;
CREATE TRIGGER IF NOT EXISTS four_eyes_end_no_delete
BEFORE DELETE ON four_eyes_end
BEGIN SELECT RAISE(ABORT, 'four_eyes_end is append-only'); END
;
CREATE TRIGGER IF NOT EXISTS fx_fixing_no_update
BEFORE UPDATE ON fx_fixing
BEGIN SELECT RAISE(ABORT, 'fx_fixing is append-only'); END
;
CREATE TRIGGER IF NOT EXISTS fx_fixing_no_delete
BEFORE DELETE ON fx_fixing
BEGIN SELECT RAISE(ABORT, 'fx_fixing is append-only'); END
;
CREATE TRIGGER IF NOT EXISTS fx_use_no_update
BEFORE UPDATE ON fx_use
BEGIN SELECT RAISE(ABORT, 'fx_use is append-only'); END
;
CREATE TRIGGER IF NOT EXISTS fx_use_no_delete
BEFORE DELETE ON fx_use
BEGIN SELECT RAISE(ABORT, 'fx_use is append-only'); END
;
CREATE TRIGGER IF NOT EXISTS ledger_transfer_no_update
BEFORE UPDATE ON ledger_transfer
BEGIN SELECT RAISE(ABORT, 'ledger_transfer is append-only'); END
;
CREATE TRIGGER IF NOT EXISTS ledger_transfer_no_delete
BEFORE DELETE ON ledger_transfer
BEGIN SELECT RAISE(ABORT, 'ledger_transfer is append-only'); END
;
CREATE TRIGGER IF NOT EXISTS login_session_no_update
BEFORE UPDATE OF id, account_id, digest, expires_at ON login_session
BEGIN SELECT RAISE(ABORT, 'login_session is append-only'); END
;
CREATE TRIGGER IF NOT EXISTS passkey_no_update
BEFORE UPDATE OF id, account_id, public_key ON passkey
BEGIN SELECT RAISE(ABORT, 'passkey is append-only'); END
;
CREATE TRIGGER IF NOT EXISTS project_no_update
BEFORE UPDATE OF id, firm_id ON project
BEGIN SELECT RAISE(ABORT, 'project is append-only'); END
;
CREATE TRIGGER IF NOT EXISTS purchase_contract_no_new_terms
BEFORE UPDATE ON purchase_contract WHEN (old.centre_id <> new.centre_id OR old.branch <> new.branch OR old.payment_days <> new.payment_days OR old.commitments <> new.commitments OR old.from_day <> new.from_day)
BEGIN SELECT RAISE(ABORT, 'purchase_contract is append-only'); END
;
CREATE TRIGGER IF NOT EXISTS purchase_contract_no_delete
BEFORE DELETE ON purchase_contract
BEGIN SELECT RAISE(ABORT, 'purchase_contract is append-only'); END
;
CREATE TRIGGER IF NOT EXISTS revaluation_no_delete
BEFORE DELETE ON revaluation
BEGIN SELECT RAISE(ABORT, 'revaluation is append-only'); END
;
CREATE TRIGGER IF NOT EXISTS role_grant_no_delete
BEFORE DELETE ON role_grant
BEGIN SELECT RAISE(ABORT, 'role_grant is append-only'); END
;
CREATE TRIGGER IF NOT EXISTS role_grant_no_update
BEFORE UPDATE OF id, account_id, role, scope, scope_id, level ON role_grant
BEGIN SELECT RAISE(ABORT, 'role_grant is append-only'); END
;
CREATE TRIGGER IF NOT EXISTS user_contract_no_new_terms
BEFORE UPDATE ON user_contract WHEN (old.firm_id <> new.firm_id OR old.branch <> new.branch OR old.limit_minor <> new.limit_minor OR old.payment_days <> new.payment_days OR old.terms <> new.terms OR old.billing <> new.billing OR old.from_day <> new.from_day)
BEGIN SELECT RAISE(ABORT, 'user_contract is append-only'); END
;
CREATE TRIGGER IF NOT EXISTS user_contract_no_delete
BEFORE DELETE ON user_contract
BEGIN SELECT RAISE(ABORT, 'user_contract is append-only'); END
;
CREATE TRIGGER IF NOT EXISTS auction_result_no_update
BEFORE UPDATE ON auction_result
BEGIN SELECT RAISE(ABORT, 'auction_result is append-only'); END
;
CREATE TRIGGER IF NOT EXISTS auction_result_no_delete
BEFORE DELETE ON auction_result
BEGIN SELECT RAISE(ABORT, 'auction_result is append-only'); END
;
CREATE TRIGGER IF NOT EXISTS bank_entry_no_delete
BEFORE DELETE ON bank_entry
BEGIN SELECT RAISE(ABORT, 'bank_entry is append-only'); END
;
CREATE TRIGGER IF NOT EXISTS bank_entry_no_rewording
BEFORE UPDATE ON bank_entry WHEN (old.mark <> new.mark OR old.end_to_end_id <> new.end_to_end_id OR old.asset <> new.asset OR old.minor <> new.minor OR old.status <> new.status OR old.bank_reference <> new.bank_reference OR old.booked_on <> new.booked_on)
BEGIN SELECT RAISE(ABORT, 'bank_entry is append-only'); END
;
CREATE TRIGGER IF NOT EXISTS batch_member_no_update
BEFORE UPDATE ON batch_member
BEGIN SELECT RAISE(ABORT, 'batch_member is append-only'); END
;
CREATE TRIGGER IF NOT EXISTS batch_member_no_delete
BEFORE DELETE ON batch_member
BEGIN SELECT RAISE(ABORT, 'batch_member is append-only'); END
;
CREATE TRIGGER IF NOT EXISTS budget_no_update
BEFORE UPDATE OF id, firm_id, project_id, month, limit_minor, hard_stop, made_at, made_by ON budget
BEGIN SELECT RAISE(ABORT, 'budget is append-only'); END
;
CREATE TRIGGER IF NOT EXISTS budget_no_delete
BEFORE DELETE ON budget
BEGIN SELECT RAISE(ABORT, 'budget is append-only'); END
;
CREATE TRIGGER IF NOT EXISTS month_invoice_no_update
BEFORE UPDATE ON month_invoice
BEGIN SELECT RAISE(ABORT, 'month_invoice is append-only'); END
;
CREATE TRIGGER IF NOT EXISTS month_invoice_no_delete
BEFORE DELETE ON month_invoice
BEGIN SELECT RAISE(ABORT, 'month_invoice is append-only'); END
;
CREATE TRIGGER IF NOT EXISTS own_rmb_no_update
BEFORE UPDATE ON own_rmb
BEGIN SELECT RAISE(ABORT, 'own_rmb is append-only'); END
;
CREATE TRIGGER IF NOT EXISTS own_rmb_no_delete
BEFORE DELETE ON own_rmb
BEGIN SELECT RAISE(ABORT, 'own_rmb is append-only'); END
;
CREATE TRIGGER IF NOT EXISTS payment_line_no_update
BEFORE UPDATE ON payment_line
BEGIN SELECT RAISE(ABORT, 'payment_line is append-only'); END
;
CREATE TRIGGER IF NOT EXISTS payment_line_no_delete
BEFORE DELETE ON payment_line
BEGIN SELECT RAISE(ABORT, 'payment_line is append-only'); END
;
CREATE TRIGGER IF NOT EXISTS project_quote_no_update
BEFORE UPDATE ON project_quote
BEGIN SELECT RAISE(ABORT, 'project_quote is append-only'); END
;
CREATE TRIGGER IF NOT EXISTS receivable_item_no_update
BEFORE UPDATE ON receivable_item
BEGIN SELECT RAISE(ABORT, 'receivable_item is append-only'); END
;
CREATE TRIGGER IF NOT EXISTS receivable_item_no_delete
BEFORE DELETE ON receivable_item
BEGIN SELECT RAISE(ABORT, 'receivable_item is append-only'); END
;
CREATE TRIGGER IF NOT EXISTS settlement_debt_no_delete
BEFORE DELETE ON settlement_debt
BEGIN SELECT RAISE(ABORT, 'settlement_debt is append-only'); END
;
CREATE TRIGGER IF NOT EXISTS settlement_debt_no_rewriting
BEFORE UPDATE ON settlement_debt WHEN (old.centre_id <> new.centre_id OR old.origin <> new.origin OR old.centre_minor <> new.centre_minor OR old.carrying_minor <> new.carrying_minor)
BEGIN SELECT RAISE(ABORT, 'settlement_debt is append-only'); END
;
CREATE TRIGGER IF NOT EXISTS budget_mark_no_update
BEFORE UPDATE OF budget_id, percent, firm_id ON budget_mark
BEGIN SELECT RAISE(ABORT, 'budget_mark is append-only'); END
;
CREATE TRIGGER IF NOT EXISTS budget_mark_no_again
BEFORE UPDATE ON budget_mark WHEN (old.reached_at IS NOT NULL)
BEGIN SELECT RAISE(ABORT, 'budget_mark is append-only'); END
;
CREATE TRIGGER IF NOT EXISTS budget_mark_no_delete
BEFORE DELETE ON budget_mark
BEGIN SELECT RAISE(ABORT, 'budget_mark is append-only'); END
;
CREATE TRIGGER IF NOT EXISTS receipt_no_update
BEFORE UPDATE ON receipt
BEGIN SELECT RAISE(ABORT, 'receipt is append-only'); END
;
CREATE TRIGGER IF NOT EXISTS receipt_no_delete
BEFORE DELETE ON receipt
BEGIN SELECT RAISE(ABORT, 'receipt is append-only'); END
;
CREATE TRIGGER IF NOT EXISTS reminder_letter_no_update
BEFORE UPDATE ON reminder_letter
BEGIN SELECT RAISE(ABORT, 'reminder_letter is append-only'); END
;
CREATE TRIGGER IF NOT EXISTS reminder_letter_no_delete
BEFORE DELETE ON reminder_letter
BEGIN SELECT RAISE(ABORT, 'reminder_letter is append-only'); END
;
CREATE TRIGGER IF NOT EXISTS write_off_no_update
BEFORE UPDATE ON write_off
BEGIN SELECT RAISE(ABORT, 'write_off is append-only'); END
;
CREATE TRIGGER IF NOT EXISTS write_off_no_delete
BEFORE DELETE ON write_off
BEGIN SELECT RAISE(ABORT, 'write_off is append-only'); END
;
CREATE TRIGGER IF NOT EXISTS auction_lease_no_update
BEFORE UPDATE ON auction_lease
BEGIN SELECT RAISE(ABORT, 'auction_lease is append-only'); END
;
CREATE TRIGGER IF NOT EXISTS auction_lease_no_delete
BEFORE DELETE ON auction_lease
BEGIN SELECT RAISE(ABORT, 'auction_lease is append-only'); END
;
CREATE TRIGGER IF NOT EXISTS contract_member_no_update
BEFORE UPDATE ON contract_member
BEGIN SELECT RAISE(ABORT, 'contract_member is append-only'); END
;
CREATE TRIGGER IF NOT EXISTS contract_member_no_delete
BEFORE DELETE ON contract_member
BEGIN SELECT RAISE(ABORT, 'contract_member is append-only'); END
;
CREATE TRIGGER IF NOT EXISTS lease_change_no_update
BEFORE UPDATE ON lease_change
BEGIN SELECT RAISE(ABORT, 'lease_change is append-only'); END
;
CREATE TRIGGER IF NOT EXISTS lease_change_no_delete
BEFORE DELETE ON lease_change
BEGIN SELECT RAISE(ABORT, 'lease_change is append-only'); END
;
CREATE TRIGGER IF NOT EXISTS auction_job_no_update
BEFORE UPDATE ON auction_job
BEGIN SELECT RAISE(ABORT, 'auction_job is append-only'); END
;
CREATE TRIGGER IF NOT EXISTS auction_job_no_delete
BEFORE DELETE ON auction_job
BEGIN SELECT RAISE(ABORT, 'auction_job is append-only'); END
;
CREATE TRIGGER IF NOT EXISTS auction_slot_no_delete
BEFORE DELETE ON auction_slot
BEGIN SELECT RAISE(ABORT, 'auction_slot is append-only'); END
;
CREATE TRIGGER IF NOT EXISTS auction_slot_no_update
BEFORE UPDATE OF lease_id, slot_t, slot_s, firm_id, centre_id, paid_minor, owed_minor ON auction_slot
BEGIN SELECT RAISE(ABORT, 'auction_slot is append-only'); END
;
CREATE TRIGGER IF NOT EXISTS auction_standing_no_update
BEFORE UPDATE ON auction_standing
BEGIN SELECT RAISE(ABORT, 'auction_standing is append-only'); END
;
CREATE TRIGGER IF NOT EXISTS auction_standing_no_delete
BEFORE DELETE ON auction_standing
BEGIN SELECT RAISE(ABORT, 'auction_standing is append-only'); END
;
CREATE TRIGGER IF NOT EXISTS lost_time_no_update
BEFORE UPDATE ON lost_time
BEGIN SELECT RAISE(ABORT, 'lost_time is append-only'); END
;
CREATE TRIGGER IF NOT EXISTS lost_time_no_delete
BEFORE DELETE ON lost_time
BEGIN SELECT RAISE(ABORT, 'lost_time is append-only'); END
;
CREATE TRIGGER IF NOT EXISTS accrued_line_no_delete
BEFORE DELETE ON accrued_line
BEGIN SELECT RAISE(ABORT, 'accrued_line is append-only'); END
;
CREATE TRIGGER IF NOT EXISTS accrued_line_no_update
BEFORE UPDATE OF id, number, kind, firm_id, job_id, lease_id, invoice_id, month, booked_in, corrects, subject, price_version, milli_device_seconds, amount_minor, spread_minor, tax_minor, centre_id, centre_minor, carrying_minor, text, params, body, made_at ON accrued_line
BEGIN SELECT RAISE(ABORT, 'accrued_line is append-only'); END
;
CREATE TRIGGER IF NOT EXISTS accrued_line_no_retake
BEFORE UPDATE OF taken_by ON accrued_line WHEN (old.taken_by IS NOT NULL)
BEGIN SELECT RAISE(ABORT, 'accrued_line is append-only'); END
;
CREATE TRIGGER IF NOT EXISTS auction_notice_no_update
BEFORE UPDATE ON auction_notice
BEGIN SELECT RAISE(ABORT, 'auction_notice is append-only'); END
;
CREATE TRIGGER IF NOT EXISTS auction_notice_no_delete
BEFORE DELETE ON auction_notice
BEGIN SELECT RAISE(ABORT, 'auction_notice is append-only'); END
;
CREATE TRIGGER IF NOT EXISTS auction_part_no_update
BEFORE UPDATE ON auction_part
BEGIN SELECT RAISE(ABORT, 'auction_part is append-only'); END
;
CREATE TRIGGER IF NOT EXISTS auction_part_no_delete
BEFORE DELETE ON auction_part
BEGIN SELECT RAISE(ABORT, 'auction_part is append-only'); END
;
CREATE TRIGGER IF NOT EXISTS contract_line_no_update
BEFORE UPDATE ON contract_line
BEGIN SELECT RAISE(ABORT, 'contract_line is append-only'); END
;
CREATE TRIGGER IF NOT EXISTS contract_line_no_delete
BEFORE DELETE ON contract_line
BEGIN SELECT RAISE(ABORT, 'contract_line is append-only'); END
;
CREATE TRIGGER IF NOT EXISTS credit_note_no_update
BEFORE UPDATE ON credit_note
BEGIN SELECT RAISE(ABORT, 'credit_note is append-only'); END
;
CREATE TRIGGER IF NOT EXISTS credit_note_no_delete
BEFORE DELETE ON credit_note
BEGIN SELECT RAISE(ABORT, 'credit_note is append-only'); END
;
CREATE TRIGGER IF NOT EXISTS invoice_job_no_update
BEFORE UPDATE ON invoice_job
BEGIN SELECT RAISE(ABORT, 'invoice_job is append-only'); END
;
CREATE TRIGGER IF NOT EXISTS invoice_job_no_delete
BEFORE DELETE ON invoice_job
BEGIN SELECT RAISE(ABORT, 'invoice_job is append-only'); END
;
