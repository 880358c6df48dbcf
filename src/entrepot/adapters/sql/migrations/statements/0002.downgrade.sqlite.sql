DROP TRIGGER batch_no_new_terms
;
DROP TRIGGER batch_no_second_order
;
DROP TRIGGER batch_no_delete
;
DROP TABLE invoice_job
;
DROP TABLE credit_note
;
DROP TABLE contract_line
;
DROP TABLE auction_part
;
DROP TABLE auction_notice
;
DROP TABLE accrued_line
;
DROP TABLE lost_time
;
DROP TABLE auction_standing
;
DROP TABLE auction_slot
;
DROP TABLE auction_job
;
DROP TABLE assignment
;
DROP TABLE usage_waiting
;
DROP TABLE lease_change
;
DROP TABLE contract_member
;
DROP TABLE auction_lease
;
DROP TABLE write_off
;
DROP TABLE reminder_letter
;
DROP TABLE receipt
;
DROP TABLE budget_mark
;
DROP TABLE settlement_debt
;
DROP TABLE receivable_item
;
DROP TABLE project_quote
;
DROP TABLE pool_terms
;
DROP TABLE payment_line
;
DROP TABLE own_rmb
;
DROP TABLE month_invoice
;
DROP TABLE device_promise
;
DROP TABLE budget
;
DROP TABLE batch_member
;
DROP TABLE bank_entry
;
DROP TABLE auction_result
;
DROP TABLE user_contract
;
DROP TABLE role_grant
;
DROP TABLE revaluation
;
DROP TABLE purchase_contract
;
DROP TABLE project
;
DROP TABLE passkey
;
DROP TABLE outside_login
;
DROP TABLE login_session
;
DROP TABLE isolation
;
DROP TABLE fx_use
;
DROP TABLE fx_fixing
;
DROP TABLE four_eyes_end
;
DROP TABLE centre_statement
;
DROP TABLE auction_order
;
DROP TABLE auction_clearing
;
DROP TABLE api_token
;
DROP TABLE agent_token
;
DROP TABLE agent
;
DROP TABLE price_plan
;
DROP TABLE login_attempts
;
DROP TABLE invitation
;
DROP TABLE fx_quote
;
DROP TABLE closed_month
;
DROP TABLE ceremony
;
DROP TABLE auction_call
;
DROP TABLE account
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
    CONSTRAINT ck_ledger_transfer_phase CHECK (phase IN ('posted', 'pending', 'post', 'void', 'expire')),
    CONSTRAINT uq_ledger_transfer_id UNIQUE (id),
    CONSTRAINT fk_ledger_transfer_debit FOREIGN KEY(debit) REFERENCES ledger_account (id),
    CONSTRAINT fk_ledger_transfer_credit FOREIGN KEY(credit) REFERENCES ledger_account (id)
)
 STRICT
;
INSERT INTO new__ledger_transfer (seq, batch, id, debit, credit, amount, asset, code, phase, pending_id, timeout_s, link_group, cause, t) SELECT seq, batch, id, debit, credit, amount, asset, code, phase, pending_id, timeout_s, link_group, cause, t FROM ledger_transfer
;
DROP TABLE ledger_transfer
;
ALTER TABLE new__ledger_transfer RENAME TO ledger_transfer
;
CREATE INDEX ix_ledger_transfer_credit ON ledger_transfer (credit, seq)
;
CREATE INDEX ix_ledger_transfer_debit ON ledger_transfer (debit, seq)
;
CREATE INDEX ix_ledger_transfer_hold ON ledger_transfer (id) WHERE phase = 'pending'
;
CREATE INDEX ix_ledger_transfer_link_group ON ledger_transfer (link_group) WHERE link_group <> ''
;
CREATE UNIQUE INDEX uq_ledger_transfer_pending_id ON ledger_transfer (pending_id) WHERE pending_id <> ''
;
CREATE TRIGGER IF NOT EXISTS ledger_transfer_no_update
BEFORE UPDATE ON ledger_transfer
BEGIN SELECT RAISE(ABORT, 'ledger_transfer is append-only'); END
;
CREATE TRIGGER IF NOT EXISTS ledger_transfer_no_delete
BEFORE DELETE ON ledger_transfer
BEGIN SELECT RAISE(ABORT, 'ledger_transfer is append-only'); END
;
