"""Words that stand on the public page, in English, traditional and simplified Chinese."""

from __future__ import annotations

from entrepot.faces.api.language import LANGUAGES

WORDS: dict[str, tuple[str, str, str]] = {
    "title": (
        "entrepôt – compute exchange",
        "算力轉口港 – 算力交易所",
        "算力转口港 – 算力交易所",
    ),
    "name": ("entrepôt", "算力轉口港", "算力转口港"),
    "tagline": (
        "Compute from mainland and Hong Kong centres, contracted and billed in Hong Kong.",
        "內地與香港算力中心的算力，在香港簽約、以港元結算。",
        "内地与香港算力中心的算力，在香港签约、以港元结算。",
    ),
    "skip": ("Skip to content", "跳至內容", "跳至内容"),
    "languages": ("Languages", "語言", "语言"),
    "contracted": ("Centres under contract", "已簽約中心", "已签约中心"),
    "offers": ("Posted offers", "掛牌報價", "挂牌报价"),
    "known": ("Centres named in public", "公開資料中的中心", "公开资料中的中心"),
    "journal": ("Journal entries", "日誌條目", "日志条目"),
    "contracted_none": (
        "No centre is under contract yet.",
        "尚未有中心簽約。",
        "尚未有中心签约。",
    ),
    "offers_none": ("No offer is posted.", "暫無掛牌報價。", "暂无挂牌报价。"),
    "demonstration": ("demonstration", "示範", "示范"),
    "green": ("Contracted green power", "合約綠電", "合约绿电"),
    "not_stated": ("not stated", "未說明", "未说明"),
    "devices": ("Devices", "設備", "设备"),
    "capacity": ("Peak capacity", "峰值算力", "峰值算力"),
    "capacity_none": (
        "no peak is stated for its devices",
        "其設備未列明峰值",
        "其设备未列明峰值",
    ),
    "measured": ("Measured", "實測", "实测"),
    "meter_key": ("Key of its meters", "計量公鑰", "计量公钥"),
    "centre": ("Centre", "中心", "中心"),
    "device": ("Device", "設備", "设备"),
    "kind": ("Kind", "類別", "类别"),
    "place": ("Place", "地點", "地点"),
    "price": ("Price a device-hour", "每設備小時價格", "每设备小时价格"),
    "valid": ("Valid", "有效期", "有效期"),
    "from": ("from {day}", "{day} 起", "{day} 起"),
    "between": ("{start} to {end}", "{start} 至 {end}", "{start} 至 {end}"),
    "interruptible": ("may be taken back", "可被收回", "可被收回"),
    "share": ("from {share} of a device", "最少 {share} 個設備", "最少 {share} 个设备"),
    "claims": ("Capacity as stated", "所述算力", "所述算力"),
    "source": ("Source", "來源", "来源"),
    "known_note": (
        "As stated in public, each figure with its grade: A official, B reprint, C secondary, "
        "S newspaper digest, K not checked, X not found. Figures count unlike things and are "
        "never added. A row here is no contract and no offer.",
        "按公開資料原文列出，各附等級：A 官方、B 轉載、C 二手、S 剪報、K 未核實、X 查無。"
        "各數字口徑不同，從不相加。列於此處不代表簽約或報價。",
        "按公开资料原文列出，各附等级：A 官方、B 转载、C 二手、S 剪报、K 未核实、X 查无。"
        "各数字口径不同，从不相加。列于此处不代表签约或报价。",
    ),
    "checkpoint": ("Journal checkpoint", "日誌檢查點", "日志检查点"),
    "checkpoint_note": (
        "Every command of the exchange is one entry of a journal chained by hashes. Keep this "
        "line: with it you can prove later that nothing before it was changed or cut off.",
        "交易所的每項指令都是雜湊鏈日誌中的一條。保存此行，日後即可證明此前內容未被更改或截去。",
        "交易所的每项指令都是哈希链日志中的一条。保存此行，日后即可证明此前内容未被更改或截去。",
    ),
    "entry": ("Entry", "條目", "条目"),
    "time": ("Time", "時間", "时间"),
    "hash": ("Hash", "雜湊值", "哈希值"),
    "home": ("Exchange", "交易所編號", "交易所编号"),
    "footer": (
        "Public and read-only. Nothing about firms, quotes, leases or invoices is served here.",
        "公開及唯讀。此處不提供任何企業、報價單、租約或發票資料。",
        "公开及只读。此处不提供任何企业、报价单、租约或发票资料。",
    ),
    "unit": (
        "1 P is 10¹⁵ operations a second at the precision named.",
        "1 P 即在所列精度下每秒 10¹⁵ 次運算。",
        "1 P 即在所列精度下每秒 10¹⁵ 次运算。",
    ),
    "programs": ("For programs", "供程式使用", "供程序使用"),
    "in_service": ("in service", "在用", "在用"),
    "planned": ("planned", "規劃", "规划"),
    "claimed": ("claimed", "聲稱", "声称"),
    "implausible": ("not plausible", "不可信", "不可信"),
    "precision_none": ("precision not stated", "精度未說明", "精度未说明"),
    "dense": ("dense", "稠密", "稠密"),
    "sparse": ("sparse", "稀疏", "稀疏"),
    "peak": ("peak", "峰值", "峰值"),
    "vector": ("vector", "向量", "向量"),
    "matrix": ("matrix", "矩陣", "矩阵"),
    "grade": ("grade {grade}", "等級 {grade}", "等级 {grade}"),
    "ai": ("AI centre", "智算中心", "智算中心"),
    "hpc": ("supercomputing centre", "超算中心", "超算中心"),
    "cluster": ("cluster", "集群", "集群"),
    "access_node": ("access node", "接入節點", "接入节点"),
    "aggregate": ("total", "合計數字", "合计数字"),
    "exclusive": ("exclusive", "獨佔", "独占"),
    "mig": ("MIG slice", "MIG 切片", "MIG 切片"),
    "vgpu": ("vGPU", "vGPU", "vGPU"),
    "mps": ("MPS", "MPS", "MPS"),
    "timeslice": ("time slice", "時間片", "时间片"),
}
"""Key → the three languages, in the order of :data:`LANGUAGES`."""


def word(key: str, lang: str, **values: object) -> str:
    """Return a word of the page; a key that is none is returned as it is.

    >>> word("from", "zh-Hant", day="2026-01-01"), word("teapot", "en")
    ('2026-01-01 起', 'teapot')
    """
    known = WORDS.get(key)
    return known[LANGUAGES.index(lang)].format(**values) if known else key
