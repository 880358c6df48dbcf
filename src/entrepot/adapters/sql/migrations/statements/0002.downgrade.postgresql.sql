DROP POLICY auction_call_shared ON auction_call
;
DROP POLICY centre_shared ON centre
;
DROP POLICY claim_tenant ON claim
;
DROP POLICY firm_tenant ON firm
;
DROP POLICY market_offer_shared ON market_offer
;
DROP POLICY reservation_tenant ON reservation
;
DROP POLICY auction_clearing_shared ON auction_clearing
;
DROP POLICY auction_order_tenant ON auction_order
;
DROP POLICY instrument_tenant ON instrument
;
DROP POLICY isolation_tenant ON isolation
;
DROP POLICY mix_check_tenant ON mix_check
;
DROP POLICY origin_manifest_tenant ON origin_manifest
;
DROP POLICY pool_shared ON pool
;
DROP POLICY project_tenant ON project
;
DROP POLICY quote_tenant ON quote
;
DROP POLICY user_contract_tenant ON user_contract
;
DROP POLICY auction_result_tenant ON auction_result
;
DROP POLICY budget_tenant ON budget
;
DROP POLICY device_unit_shared ON device_unit
;
DROP POLICY month_invoice_tenant ON month_invoice
;
DROP POLICY offer_shared ON offer
;
DROP POLICY pool_terms_shared ON pool_terms
;
DROP POLICY project_quote_tenant ON project_quote
;
DROP POLICY receivable_item_tenant ON receivable_item
;
DROP POLICY budget_mark_tenant ON budget_mark
;
DROP POLICY lease_tenant ON lease
;
DROP POLICY receipt_tenant ON receipt
;
DROP POLICY reminder_letter_tenant ON reminder_letter
;
DROP POLICY write_off_tenant ON write_off
;
DROP POLICY auction_lease_tenant ON auction_lease
;
DROP POLICY contract_member_tenant ON contract_member
;
DROP POLICY duty_task_tenant ON duty_task
;
DROP POLICY export_count_tenant ON export_count
;
DROP POLICY job_tenant ON job
;
DROP POLICY lease_change_tenant ON lease_change
;
DROP POLICY usage_waiting_tenant ON usage_waiting
;
DROP POLICY voucher_reservation_tenant ON voucher_reservation
;
DROP POLICY assignment_tenant ON assignment
;
DROP POLICY auction_job_tenant ON auction_job
;
DROP POLICY auction_slot_tenant ON auction_slot
;
DROP POLICY auction_standing_tenant ON auction_standing
;
DROP POLICY invoice_tenant ON invoice
;
DROP POLICY lost_time_tenant ON lost_time
;
DROP POLICY usage_event_tenant ON usage_event
;
DROP POLICY accrued_line_tenant ON accrued_line
;
DROP POLICY auction_notice_tenant ON auction_notice
;
DROP POLICY auction_part_tenant ON auction_part
;
DROP POLICY contract_line_tenant ON contract_line
;
DROP POLICY credit_note_tenant ON credit_note
;
DROP POLICY invoice_job_tenant ON invoice_job
;
DROP TRIGGER decision_no_truncate ON decision
;
DROP TRIGGER journal_no_truncate ON journal
;
DROP TRIGGER ledger_account_no_truncate ON ledger_account
;
DROP TRIGGER ledger_batch_no_truncate ON ledger_batch
;
DROP TRIGGER rulebook_text_no_truncate ON rulebook_text
;
DROP TRIGGER batch_no_new_terms ON batch
;
DROP TRIGGER batch_no_second_order ON batch
;
DROP TRIGGER batch_no_delete ON batch
;
DROP TRIGGER batch_no_truncate ON batch
;
DROP TRIGGER idempotency_key_no_truncate ON idempotency_key
;
DROP TRIGGER ledger_transfer_accounts ON ledger_transfer
;
DROP TRIGGER ledger_transfer_no_truncate ON ledger_transfer
;
DROP INDEX ix_ledger_transfer_cause
;
DROP INDEX ix_ledger_transfer_credit
;
DROP INDEX ix_ledger_transfer_debit
;
ALTER TABLE ledger_transfer DROP CONSTRAINT ck_ledger_transfer_phase
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
DROP FUNCTION auction_call_forbid()
;
DROP FUNCTION closed_month_forbid()
;
DROP FUNCTION fx_quote_forbid()
;
DROP FUNCTION invitation_forbid()
;
DROP FUNCTION price_plan_forbid()
;
DROP FUNCTION api_token_forbid()
;
DROP FUNCTION auction_clearing_forbid()
;
DROP FUNCTION auction_order_forbid()
;
DROP FUNCTION batch_forbid()
;
DROP FUNCTION centre_statement_forbid()
;
DROP FUNCTION four_eyes_end_forbid()
;
DROP FUNCTION fx_fixing_forbid()
;
DROP FUNCTION fx_use_forbid()
;
DROP FUNCTION ledger_transfer_accounts()
;
DROP FUNCTION login_session_forbid()
;
DROP FUNCTION passkey_forbid()
;
DROP FUNCTION project_forbid()
;
DROP FUNCTION purchase_contract_forbid()
;
DROP FUNCTION revaluation_forbid()
;
DROP FUNCTION role_grant_forbid()
;
DROP FUNCTION user_contract_forbid()
;
DROP FUNCTION auction_result_forbid()
;
DROP FUNCTION bank_entry_forbid()
;
DROP FUNCTION batch_member_forbid()
;
DROP FUNCTION budget_forbid()
;
DROP FUNCTION month_invoice_forbid()
;
DROP FUNCTION own_rmb_forbid()
;
DROP FUNCTION payment_line_forbid()
;
DROP FUNCTION project_quote_forbid()
;
DROP FUNCTION receivable_item_forbid()
;
DROP FUNCTION settlement_debt_forbid()
;
DROP FUNCTION budget_mark_forbid()
;
DROP FUNCTION receipt_forbid()
;
DROP FUNCTION reminder_letter_forbid()
;
DROP FUNCTION write_off_forbid()
;
DROP FUNCTION auction_lease_forbid()
;
DROP FUNCTION contract_member_forbid()
;
DROP FUNCTION lease_change_forbid()
;
DROP FUNCTION auction_job_forbid()
;
DROP FUNCTION auction_slot_forbid()
;
DROP FUNCTION auction_standing_forbid()
;
DROP FUNCTION lost_time_forbid()
;
DROP FUNCTION accrued_line_forbid()
;
DROP FUNCTION auction_notice_forbid()
;
DROP FUNCTION auction_part_forbid()
;
DROP FUNCTION contract_line_forbid()
;
DROP FUNCTION credit_note_forbid()
;
DROP FUNCTION invoice_job_forbid()
;
ALTER TABLE ledger_transfer ADD CONSTRAINT ck_ledger_transfer_phase CHECK (phase IN ('posted', 'pending', 'post', 'void', 'expire'))
;
ALTER TABLE ledger_transfer ADD CONSTRAINT fk_ledger_transfer_debit FOREIGN KEY(debit) REFERENCES ledger_account (id)
;
ALTER TABLE ledger_transfer ADD CONSTRAINT fk_ledger_transfer_credit FOREIGN KEY(credit) REFERENCES ledger_account (id)
;
CREATE INDEX ix_ledger_transfer_credit ON ledger_transfer (credit, seq)
;
CREATE INDEX ix_ledger_transfer_debit ON ledger_transfer (debit, seq)
;
ALTER TABLE centre DISABLE ROW LEVEL SECURITY
;
ALTER TABLE claim DISABLE ROW LEVEL SECURITY
;
ALTER TABLE counter DISABLE ROW LEVEL SECURITY
;
ALTER TABLE decision DISABLE ROW LEVEL SECURITY
;
ALTER TABLE firm DISABLE ROW LEVEL SECURITY
;
ALTER TABLE four_eyes DISABLE ROW LEVEL SECURITY
;
ALTER TABLE journal DISABLE ROW LEVEL SECURITY
;
ALTER TABLE ledger_account DISABLE ROW LEVEL SECURITY
;
ALTER TABLE ledger_batch DISABLE ROW LEVEL SECURITY
;
ALTER TABLE market_offer DISABLE ROW LEVEL SECURITY
;
ALTER TABLE meta DISABLE ROW LEVEL SECURITY
;
ALTER TABLE reservation DISABLE ROW LEVEL SECURITY
;
ALTER TABLE rulebook_text DISABLE ROW LEVEL SECURITY
;
ALTER TABLE voucher_limit DISABLE ROW LEVEL SECURITY
;
ALTER TABLE batch DISABLE ROW LEVEL SECURITY
;
ALTER TABLE idempotency_key DISABLE ROW LEVEL SECURITY
;
ALTER TABLE instrument DISABLE ROW LEVEL SECURITY
;
ALTER TABLE ledger_transfer DISABLE ROW LEVEL SECURITY
;
ALTER TABLE mix_check DISABLE ROW LEVEL SECURITY
;
ALTER TABLE origin_manifest DISABLE ROW LEVEL SECURITY
;
ALTER TABLE pool DISABLE ROW LEVEL SECURITY
;
ALTER TABLE quote DISABLE ROW LEVEL SECURITY
;
ALTER TABLE device_unit DISABLE ROW LEVEL SECURITY
;
ALTER TABLE offer DISABLE ROW LEVEL SECURITY
;
ALTER TABLE lease DISABLE ROW LEVEL SECURITY
;
ALTER TABLE duty_task DISABLE ROW LEVEL SECURITY
;
ALTER TABLE export_count DISABLE ROW LEVEL SECURITY
;
ALTER TABLE job DISABLE ROW LEVEL SECURITY
;
ALTER TABLE voucher_reservation DISABLE ROW LEVEL SECURITY
;
ALTER TABLE invoice DISABLE ROW LEVEL SECURITY
;
ALTER TABLE usage_event DISABLE ROW LEVEL SECURITY
;
