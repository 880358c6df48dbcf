"""Words that stand on the papers, in English, traditional and simplified Chinese."""

from __future__ import annotations

from collections.abc import Mapping

from entrepot.kernel.text import N_

LABELS: dict[str, tuple[str, str, str]] = {
    "invoice": ("Invoice", "發票", "发票"),
    "statement": ("Settlement statement", "結算單", "结算单"),
    "number": ("Number", "編號", "编号"),
    "issued": ("Issued", "開立日期", "开立日期"),
    "issuer": ("From", "開立方", "开立方"),
    "firm": ("To", "客戶", "客户"),
    "payee": ("To", "收款中心", "收款中心"),
    "centre": ("Compute centre", "算力中心", "算力中心"),
    "registration": ("Registration", "登記號", "登记号"),
    "references": ("References", "參考", "参考"),
    "job": ("Job", "作業", "作业"),
    "quote": ("Quote", "報價", "报价"),
    "lease": ("Lease", "租約", "租约"),
    "period": ("Period of use", "使用時段", "使用时段"),
    "price_version": ("Price version", "價格版本", "价格版本"),
    "charges": ("Charges", "收費項目", "收费项目"),
    "line": ("No.", "項", "项"),
    "description": ("Description", "說明", "说明"),
    "cause": ("Rated use", "計費記錄", "计费记录"),
    "amount": ("Amount", "金額", "金额"),
    "total": ("Total", "合計", "合计"),
    "payable": ("Payable", "應付金額", "应付金额"),
    "paid": ("Paid from prepaid account", "由預付帳戶支付", "由预付账户支付"),
    "due": ("Amount due", "尚欠金額", "尚欠金额"),
    "vouchers": ("Compute vouchers", "算力券", "算力券"),
    "programme": ("Programme", "計劃", "计划"),
    "payout": ("Payout", "兌付方式", "兑付方式"),
    "source": ("Source", "來源", "来源"),
    "deducted_at_purchase": ("Deducted at purchase", "購買時扣減", "购买时扣减"),
    "claim_then_redeem": ("To be claimed by the firm", "由企業其後申領", "由企业其后申领"),
    "expected": ("Net after expected claims", "扣除預期申領後淨額", "扣除预期申领后净额"),
    "fx": ("Exchange rate", "匯率", "汇率"),
    "rate": ("Rate", "匯率", "汇率"),
    "fixed_on": ("Fixed on", "定價日期", "定价日期"),
    "usage": ("Use", "用量", "用量"),
    "device_seconds": ("Device-seconds", "設備秒", "设备秒"),
    "cpu_seconds": ("Processor seconds", "處理器秒", "处理器秒"),
    "peak_memory": ("Peak memory", "記憶體峰值", "内存峰值"),
    "waited": ("Waited for the device", "等候設備", "等候设备"),
    "leased": ("Devices leased", "租用設備", "租用设备"),
    "lease_kind": ("Kind of lease", "租用方式", "租用方式"),
    "bare_metal": ("bare metal", "獨佔整機", "独占整机"),
    "vm": ("virtual machine", "虛擬機", "虚拟机"),
    "container": ("container", "獨立進程", "独立进程"),
    "shared_unit": ("shared unit", "共用設備", "共享设备"),
    "managed_job": ("managed job", "單次作業", "单次作业"),
    "isolation": ("Kept apart by", "隔離方式", "隔离方式"),
    "exclusive": ("whole devices of its own", "獨佔整個設備", "独占整个设备"),
    "mig": ("a slice cut in hardware (MIG)", "硬件分割（MIG）", "硬件切分（MIG）"),
    "vgpu": ("a virtual device (vGPU)", "虛擬設備（vGPU）", "虚拟设备（vGPU）"),
    "mps": ("shared processes (MPS)", "進程共用（MPS）", "进程共享（MPS）"),
    "timeslice": ("slices of time", "分時共用", "分时共享"),
    "egress": ("Data out", "傳出數據", "传出数据"),
    "outcome": ("Outcome of the job", "作業結果", "作业结果"),
    "succeeded": ("Succeeded", "成功", "成功"),
    "failed": ("Failed", "失敗", "失败"),
    "cancelled": ("Cancelled", "已取消", "已取消"),
    "duties": ("Duties accepted", "已接受的責任", "已接受的责任"),
    "verification": ("Verification", "核驗", "核验"),
    "journal_hash": ("Journal hash", "日誌雜湊值", "日志哈希值"),
    "facts_digest": ("Digest of facts", "資料摘要", "资料摘要"),
    "batch": ("Settlement batch", "結算批次", "结算批次"),
    "value_date": ("Value date", "起息日", "起息日"),
    "bank_reference": ("Bank reference", "銀行參考號", "银行参考号"),
    "members": ("Invoices settled", "已結算發票", "已结算发票"),
    "invoice_number": ("Invoice", "發票編號", "发票编号"),
    "page": ("Page", "頁", "页"),
    "missing_glyphs": (
        "Characters shown as code points have no font on this machine.",
        "以碼位顯示的字元在本機沒有字型。",
        "以码位显示的字符在本机没有字体。",
    ),
    "job_bill": ("Job bill", "作業帳單", "作业账单"),
    "month_invoice": ("Invoice of the month", "月結發票", "月结发票"),
    "credit_note": ("Credit note", "貸項通知單", "贷项通知单"),
    "centre_month": ("Monthly statement", "月結單", "月结单"),
    "reminder_1": ("Reminder", "付款提醒", "付款提醒"),
    "reminder_2": ("Second reminder", "第二次付款提醒", "第二次付款提醒"),
    "reminder_3": ("Last reminder", "最後付款提醒", "最后付款提醒"),
    "contract": ("Contract", "合約", "合约"),
    "due_on": ("Due on", "到期日", "到期日"),
    "month": ("Month", "月份", "月份"),
    "jobs": ("Jobs", "作業", "作业"),
    "vouchers_deducted": ("Compute vouchers deducted", "已扣減算力券", "已扣减算力券"),
    "credited_lines": ("Credit", "沖減", "冲减"),
    "credited_invoice": ("Invoice credited", "所沖減發票", "所冲减发票"),
    "against_invoice": ("Set against the invoice", "沖減發票欠款", "冲减发票欠款"),
    "to_prepaid": ("To the prepaid account", "轉入預付帳戶", "转入预付账户"),
    "reason": ("Reason", "原因", "原因"),
    "stated": ("As stated", "說明", "说明"),
    "vouchers_again": (
        "Vouchers to be looked at again",
        "須重新核對的算力券",
        "须重新核对的算力券",
    ),
    "movements": ("Account of the month", "本月帳目", "本月账目"),
    "date": ("Date", "日期", "日期"),
    "entry": ("Entry", "項目", "项目"),
    "reference": ("Reference", "參考號", "参考号"),
    "account": ("Account", "帳戶", "账户"),
    "currency": ("Currency", "貨幣", "货币"),
    "opening": ("Opening balance", "期初餘額", "期初余额"),
    "closing": ("Closing balance", "期末餘額", "期末余额"),
    "new_debt": ("New", "新增", "新增"),
    "paid_out": ("Paid", "已付", "已付"),
    "returned": ("Returned", "退回", "退回"),
    "credited": ("Credited", "沖減", "冲减"),
    "other": ("Other", "其他", "其他"),
    "unpaid": ("Unpaid invoice", "未付發票", "未付发票"),
    "settled": ("Paid or credited", "已付或已沖減", "已付或已冲减"),
    "open": ("Still to be paid", "尚欠金額", "尚欠金额"),
    "offshore": ("Offshore renminbi (CNH)", "離岸人民幣（CNH）", "离岸人民币（CNH）"),
}
"""Key → English, traditional Chinese, simplified Chinese."""

LINES: dict[str, tuple[str, str]] = {
    N_("Compute: {hours} device-hours at {price}"): (
        "算力：{hours} 設備小時，單價 {price}",
        "算力：{hours} 设备小时，单价 {price}",
    ),
    N_("Discount {percent} %"): ("折扣 {percent} %", "折扣 {percent} %"),
    N_("Currency spread {percent} %"): ("匯兌差價 {percent} %", "汇兑差价 {percent} %"),
    N_("Tax {percent} %"): ("稅項 {percent} %", "税项 {percent} %"),
    N_("Data out: {gb} GB at {price} a GB"): (
        "傳出數據：{gb} GB，每 GB {price}",
        "传出数据：{gb} GB，每 GB {price}",
    ),
    N_("Rounding, so that the charge stays within the quote"): (
        "捨入調整，使收費不超出報價",
        "舍入调整，使收费不超出报价",
    ),
    N_("{hours} device-hours at {price} ({part})"): (
        "{hours} 設備小時，單價 {price}（{part}）",
        "{hours} 设备小时，单价 {price}（{part}）",
    ),
    N_("{hours} device-hours at prices from {price} on ({part})"): (
        "{hours} 設備小時，單價自 {price} 起（{part}）",
        "{hours} 设备小时，单价自 {price} 起（{part}）",
    ),
    N_("Least charge of a job, {least}"): ("每項作業最低收費 {least}", "每项作业最低收费 {least}"),
    N_("Least charge of a month, {least}"): ("每月最低收費 {least}", "每月最低收费 {least}"),
    N_("Committed use not taken: {hours} device-hours at {price}"): (
        "未用的承諾用量：{hours} 設備小時，單價 {price}",
        "未用的承诺用量：{hours} 设备小时，单价 {price}",
    ),
    N_("Billed with the jobs already"): ("已隨作業收費", "已随作业收费"),
    N_("Credit for {seconds} s that the centre was down, at {percent} %"): (
        "中心停機 {seconds} 秒的退款，按 {percent} % 計",
        "中心停机 {seconds} 秒的退款，按 {percent} % 计",
    ),
    N_("Credit for {seconds} s of processor time that neighbours kept, at {percent} %"): (
        "其他作業使用處理器 {seconds} 秒的退款，按 {percent} % 計",
        "其他作业使用处理器 {seconds} 秒的退款，按 {percent} % 计",
    ),
    N_("Correction of {number}: {now} device-hours instead of {before}"): (
        "更正 {number}：{now} 設備小時，原為 {before}",
        "更正 {number}：{now} 设备小时，原为 {before}",
    ),
}
"""Description of an invoice line → traditional and simplified Chinese."""

NOTES: dict[str, tuple[str, str, str]] = {
    "ask": (
        "Invoice {number} was due on {due_on}, {days} days ago; {open} of it is still open. "
        "Please pay it and name the invoice's number. If you have paid in these days, thank you: "
        "then this letter has crossed your payment.",
        "發票 {number} 已於 {due_on} 到期，至今逾期 {days} 日，尚欠 {open}。"
        "請儘快付款並註明發票編號。如閣下已於近日付款，謹此致謝，毋須理會本函。",
        "发票 {number} 已于 {due_on} 到期，至今逾期 {days} 日，尚欠 {open}。"
        "请尽快付款并注明发票编号。如阁下已于近日付款，谨此致谢，无须理会本函。",
    ),
    "step_1": (
        "If something about the invoice is not right, please tell us now.",
        "如對發票有任何疑問，請即與我們聯絡。",
        "如对发票有任何疑问，请即与我们联系。",
    ),
    "step_2": (
        "Without payment, no new lease can be taken from {stop} on. Jobs that run are not stopped.",
        "如仍未付款，自 {stop} 起將不能再訂立新租約；運行中的作業不受影響。",
        "如仍未付款，自 {stop} 起将不能再订立新租约；运行中的作业不受影响。",
    ),
    "step_3": (
        "This is the last letter. New leases stop from {stop} on and start again with the payment.",
        "本函為最後通知。自 {stop} 起暫停新租約，付款後即時恢復。",
        "本函为最后通知。自 {stop} 起暂停新租约，付款后即时恢复。",
    ),
}
"""Sentences of letters: English, traditional and simplified Chinese."""


def chinese_of(lang: str) -> str:
    """Return which Chinese stands beside the English: ``zh-Hans`` if asked, else ``zh-Hant``.

    >>> chinese_of("zh_Hans_CN"), chinese_of("zh-CN"), chinese_of("en"), chinese_of("zh_Hant_HK")
    ('zh-Hans', 'zh-Hans', 'zh-Hant', 'zh-Hant')
    """
    plain = lang.replace("_", "-").lower()
    return "zh-Hans" if plain.startswith(("zh-hans", "zh-cn", "zh-sg")) else "zh-Hant"


def label(key: str, lang: str) -> list[str]:
    """Return a label as English and the Chinese of ``lang``.

    >>> label("total", "zh-Hans")
    ['Total', '合计']
    """
    english, hant, hans = LABELS[key]
    return [english, hans if chinese_of(lang) == "zh-Hans" else hant]


def line_in_chinese(text: str, params: tuple[tuple[str, str], ...], lang: str) -> str:
    """Return the description of an invoice line in Chinese; empty if it is not known.

    >>> line_in_chinese("Tax {percent} %", (("percent", "5"),), "zh-Hant")
    '稅項 5 %'
    """
    hant, hans = LINES.get(text, ("", ""))
    return (hans if chinese_of(lang) == "zh-Hans" else hant).format(**dict(params))


def note(key: str, places: Mapping[str, str], lang: str) -> list[str]:
    """Return a sentence of a letter as English and the Chinese of ``lang``.

    >>> note("step_3", {"stop": "2026-12-01"}, "zh-Hans")[1]
    '本函为最后通知。自 2026-12-01 起暂停新租约，付款后即时恢复。'
    """
    english, hant, hans = NOTES[key]
    chinese = hans if chinese_of(lang) == "zh-Hans" else hant
    return [english.format(**places), chinese.format(**places)]
