"""What the report's tables hold in English, in Chinese: one list of sentences for each kind of cell.

{} stands for what differs from row to row. Tests hold the lists against the rules of the cleaning, the steps of the
match, the audit and the theory. Not here: the report's own words (`report_words.py`).
"""

from egov_assets.paper.sentences import in_chinese
from egov_assets.regression_tables.printed import Language

_PLACES = {
    "table_01 {} n": "表1 {} 观测值",
    "table_02 (1) mean": "表2（1）均值",
    "section {}, baseline": "{}节，基准回归",
    "section {}, assets": "{}节，企业资产",
    "section {}, work reports": "{}节，政府工作报告",
    "section {}, free trade zones": "{}节，自贸区",
    "section {}, high-tech": "{}节，高科技行业",
    "section {}, private": "{}节，私有企业",
    "section {}, upstreamness": "{}节，上游度",
    "section {}, foreign capital": "{}节，外资流入",
    "section {}, table_02 ({})": "{}节，表2（{}）",
    "section {}, table_10 ({})": "{}节，表10（{}）",
    "table_0{} {} n": "表{}{}观测值",
    "table_0{} ({}) {}": "表{}（{}）{}",
    "table_10 ({}) {}": "表10（{}）{}",
    "price": "价格",
    "6 and 7, reading": "6与7，文字解读",
    "{}, restriction": "{}，约束条件",
    "{}, reading": "{}，文字解读",
    "{}, efficiency": "{}，生产效率",
    "proposition {}, signs": "命题{}，符号",
    "proposition {}, ranking": "命题{}，大小比较",
    "proposition {}, entry": "命题{}，进入",
    "proposition {}, exit": "命题{}，退出",
    "5 with 7": "5与7",
}

_SENTENCES = {
    "source": {
        "customs": "海关",
        "firm_survey": "工业企业数据库",
        "egov_scores": "政府网站评分",
        "city_yearbook": "城市年鉴",
        "province_yearbook": "省级年鉴",
    },
    "step": {
        "{} read": "{} 读取",
        "{} clean": "{} 清洗后",
        "{} flow": "{} 进出口",
        "{} year": "{} 年份",
        "{} doubled part file": "{} 重复的分卷文件",
        "{} duplicate line": "{} 重复记录",
        "{} duplicate row": "{} 重复行",
        "{} duplicate figure": "{} 重复数值",
        "{} total": "{} 合计行",
        "{} company id": "{} 企业代码",
        "{} value": "{} 数值",
        "{} quantity": "{} 数量",
        "{} commodity code": "{} 商品编码",
        "{} partner": "{} 贸易伙伴",
        "{} chapter": "{} 章",
        "{} trade mode": "{} 贸易方式",
        "{} intermediary": "{} 贸易中间商",
        "{} manufactures": "{} 制成品",
        "{} differentiated": "{} 差异化产品",
        "{} unit": "{} 单位",
        "{} minimum flow": "{} 最小贸易流量",
        "{} firm id": "{} 法人代码",
        "{} two files": "{} 分存两文件",
        "{} numbers": "{} 数字",
        "{} revenue": "{} 营业收入",
        "{} employees": "{} 从业人数",
        "{} assets": "{} 资产",
        "{} paid-in capital": "{} 实收资本",
        "{} opening": "{} 开业时间",
        "{} required figures": "{} 必需指标",
        "{} same firm twice": "{} 同一企业多行",
        "{} block": "{} 统计口径",
        "{} place": "{} 地区",
        "{} indicator": "{} 指标",
        "{} city": "{} 城市",
        "{} producer": "{} 发布机构",
        "{} score": "{} 得分",
        "name": "当年名称",
        "carried_name": "其他年份名称",
        "zip_phone": "邮编与电话",
        "probabilistic": "概率匹配",
    },
    "reason": {
        "rows of the raw files": "原始文件行数",
        "rows behind the clean table": "清洗后的表所依据的行数",
        "a line that adds up others": "合计行",
        "import, no export flow": "进口记录，非出口",
        "neither import nor export": "既非进口也非出口",
        "period cannot be read": "时期无法识别",
        "period is of another year": "时期属于其他年份",
        "month outside 1 to 12": "月份不在1至12之间",
        "every line of the file is in an earlier file": "文件各行均已见于此前文件",
        "exact duplicate of an earlier line": "与此前记录完全相同",
        "company id missing": "企业代码缺失",
        "company id is none: spoiled, or not of 10 characters": "企业代码已损坏或不足10位",
        "value missing": "金额缺失",
        "value not a number below 10^14": "金额不是小于10^14的数",
        "value zero or negative": "金额为零或负",
        "quantity missing": "数量缺失",
        "quantity not a number below 10^14": "数量不是小于10^14的数",
        "quantity zero or negative": "数量为零或负",
        "commodity code rounded by a spreadsheet": "商品编码被电子表格舍入",
        "no commodity code of 6, 8 or 10 digits": "商品编码不是6、8或10位",
        "partner missing": "贸易伙伴缺失",
        "re-import, partner is China": "复进口，贸易伙伴为中国",
        "partner in no country list": "贸易伙伴不在国家列表中",
        "goods of chapter {} or {}": "第{}或{}章商品",
        "goods of chapter {}": "第{}章商品",
        "code not in the HS revision of the year": "编码不在当年HS版本中",
        "not ordinary trade": "非一般贸易",
        "trading intermediary by its name": "按名称判定为贸易中间商",
        "no manufactured good (SITC rev. 2, 5 to 8)": "非制成品（SITC第2版第5至8类）",
        "not a differentiated good (Rauch, conservative)": "非差异化产品（Rauch保守分类）",
        "not a differentiated good (Rauch, liberal)": "非差异化产品（Rauch宽松分类）",
        "not a differentiated or reference priced good (Rauch, conservative)": "非差异化或参考价产品（Rauch保守分类）",
        "not a differentiated or reference priced good (Rauch, liberal)": "非差异化或参考价产品（Rauch宽松分类）",
        "unit missing, other lines of the product name one": "缺计量单位，而该产品的其他记录有",
        "unit is not the usual one of the product": "计量单位不是该产品的常用单位",
        "flow of the year below the minimum value": "当年贸易流量低于最小金额",
        "flow of the year below the minimum quantity": "当年贸易流量低于最小数量",
        "organisation code missing": "组织机构代码缺失",
        "exact duplicate of an earlier row": "与此前行完全相同",
        "figures without an identity row": "有指标行而无身份行",
        "second figures row of the same firm": "同一企业的第二个指标行",
        "a figure is not a number": "指标不是数字",
        "revenue missing": "营业收入缺失",
        "revenue zero or negative": "营业收入为零或负",
        "revenue below {} thousand CNY": "营业收入低于{}千元",
        "fewer than {} employees": "从业人数少于{}人",
        "current assets above total assets": "流动资产大于总资产",
        "fixed assets above total assets": "固定资产大于总资产",
        "paid-in capital zero or negative": "实收资本为零或负",
        "opening month outside 1 to 12": "开业月份不在1至12之间",
        "opening year after the survey or before {}": "开业年份晚于调查年份或早于{}年",
        "another row of the same firm is more complete": "同一企业另有更完整的行",
        "districts only, the whole prefecture is used": "仅市辖区，采用全市口径",
        "place in no list of the year": "地区不在当年列表中",
        "indicator not used": "未使用的指标",
        "unit not known for the indicator": "指标单位无法识别",
        "no figure printed": "未刊载数值",
        "figure not a number": "数值不是数字",
        "place and indicator occur in an earlier row": "同一地区与指标已见于此前行",
        "city missing": "城市缺失",
        "city in no list of the year": "城市不在当年列表中",
        "producer missing": "发布机构缺失",
        "a field score is missing or not a number": "分项得分缺失或不是数字",
        "a field score is outside 0 to 1": "分项得分不在0至1之间",
        "city and producer occur in an earlier row": "同一城市与发布机构已见于此前行",
        "{} missing": "{} 缺失",
    },
    "outcome": {
        "accepted": "接受",
        "candidates": "候选",
        "several_firms": "对应多家企业",
        "already_matched": "已被匹配",
        "placeholder_phone": "占位电话",
        "shared_phone": "多家共用电话",
        "other_city": "城市不同",
        "no_common_name_core": "名称无共同字号",
        "other_unit": "单位不同",
        "other_ownership": "所有制不同",
        "exports_above_revenue": "出口远超营业收入",
        "below_threshold": "低于概率阈值",
        "better_pair": "另有更可能的配对",
        "name": "当年名称",
        "carried_name": "其他年份名称",
        "zip_phone": "邮编与电话",
        "probabilistic": "概率匹配",
        "unmatched": "未匹配",
    },
    "remark": {
        "stars '' with p {}": "无星号，而p为{}",
        "stars '{}' with p {}": "星号为{}，而p为{}",
    },
    "place": _PLACES,
    "printed": {"{} to {}": "{}至{}", "low quality is driven out": "低质量产品被淘汰"},
    "recomputed": {
        "at most {}": "至多{}",
        "remainder {}": "余数为{}",
        "should fall": "应当减少",
        "{} of qua": "为qua的{}",
        "{} are left": "余{}",
        "min {}, mean {}, max {}": "最小值{}，均值{}，最大值{}",
        "mean {}": "均值{}",
    },
    "how": {
        "no p-value is printed": "未印出p值",
        "p {} gives ''": "p为{}，不应有星号",
        "p {} gives '{}'": "p为{}，应为{}",
        "differences of {} firm-years in {} years": "{}个企业—年份在{}年间的差分",
        "a balanced panel of {} years has a multiple of {} observations": "{}年平衡面板的观测值应为{}的倍数",
        "provinces with fewer than {} other cities cannot have {} neighbours": (
            "其他城市少于{}个的省份不可能有{}个邻近城市"
        ),
        "near 0.67 looks like one missing year of three": "接近0.67，似为三年中缺一年",
        "controls and sample change together": "控制变量与样本同时变化",
        "one regressor: R2 = (b sd_x / sd_y)^2; {} needs |b| = {}": (
            "单一解释变量：R2 = (b sd_x / sd_y)^2；{}要求|b| = {}"
        ),
        "least squares passes through the means": "最小二乘回归线通过均值点",
        "table_0{} ({}) {} prints {}": "表{}（{}）{} 印为{}",
        "table_10 ({}) {} prints {}": "表10（{}）{} 印为{}",
        "said to be significant at 1 %": "正文称在1%水平上显著",
        "fits a dummy ({} to {} given the rounding)": "与虚拟变量相符（考虑舍入为{}至{}）",
        "does not fit a dummy ({} to {} given the rounding)": "与虚拟变量不符（考虑舍入为{}至{}）",
        "the quality gap of exiting firms narrows as the score rises": "得分提高时退出企业的质量差距缩小",
    },
    "statement": {
        "lambda* and {}: {}": "lambda*与{}：{}",
        "n and {}: {}": "n与{}：{}",
        "higher phi or f raises quality": "phi或f提高使质量上升",
        "one unit of f raises quality by more than one unit of phi": "f增加一单位对质量的提升大于phi增加一单位",
        "alpha > beta leads to competing in quality, alpha < beta to competing in cost": (
            "alpha > beta导致质量竞争，alpha < beta导致成本竞争"
        ),
        "a lower fixed requirement F0 draws in more firms": "固定劳动需求F0降低吸引更多企业进入",
        "the entry that follows a lower F0 pushes low-quality producers out": "F0降低带来的进入淘汰低质量企业",
        "firms at the best quality may make no profit and exit": "处于最优质量的企业可能无利润而退出",
        "at given quantity and quality, low capability leaves": "产量与质量给定时，低能力企业退出",
        "d n / d sigma < 0 is an effect of production efficiency": "d n / d sigma < 0是生产效率的作用",
    },
    "derived": {
        "first-order condition in effective units lambda q": "以有效数量lambda q表示的一阶条件",
        "first-order condition of profit in p, and second < 0": "利润对p的一阶条件，且二阶导数 < 0",
        "first-order condition of profit in lambda": "利润对lambda的一阶条件",
        "second derivative < 0 at it": "该处二阶导数 < 0",
        "profit at the markup price is zero": "加成定价下利润为零",
        "L = n l at q_exit": "在q_exit处L = n l",
        "F0 eliminated from (7) with (T8)": "由(T8)消去(7)中的F0",
        "(7) solved for phi": "由(7)解出phi",
        "with the demand of (2): {}": "按(2)的需求：{}",
        "elasticity {}: {}": "弹性{}：{}",
        "signs of (5)": "(5)的符号",
        "ratio of the unit effects: {}; in elasticities phi has sigma - 1 times the effect of f": (
            "单位效应之比：{}；按弹性，phi的效应为f的sigma - 1倍"
        ),
        "q_qua / q_exit = {}: with alpha < beta each survivor gains from quality, with alpha > beta only firms above "
        "the higher threshold; on the demand of (2) the ratio {} always exceeds 1 ({})": (
            "q_qua / q_exit = {}：alpha < beta时存活企业均可因提升质量获益，alpha > beta时仅高于较高门槛的企业获益；"
            "按(2)的需求，比值{}恒大于1（{}）"
        ),
        "d n / d F0 < 0 in (T8)": "(T8)中d n / d F0 < 0",
        "n F0 = {} does not depend on F0, so the ray's slope {} stays where it is": (
            "n F0 = {}与F0无关，故射线斜率{}不变"
        ),
        "profit at lambda* is w F0/f lambda*^alpha times {} > 0": "lambda*处的利润为w F0/f lambda*^alpha乘以{} > 0",
        "low f leaves; a higher phi lowers profit there, since the price falls with cost": (
            "低f企业退出；phi越高，该处利润越低，因为价格随成本下降"
        ),
        "n does not depend on phi: sigma is substitutability, which lowers markups": (
            "n与phi无关：sigma为替代弹性，它降低加成率"
        ),
    },
    "condition": {
        "quantity held fixed while the price follows the markup; equal to the derived only if {}": (
            "价格随加成变动而产量固定；仅当{}时与推导结果相等"
        ),
        "fixed quantity gives the print: True; beta = (sigma - 1)/sigma makes the two equal: True": (
            "固定产量可得印出的式子；beta = (sigma - 1)/sigma时两者相等"
        ),
        "{}: q_qua is half of q_exit; {}: five times q_exit": "{}：q_qua为q_exit的一半；{}：为q_exit的五倍",
        "given L and lambda, a rise of n that does not come from F0": "L与lambda给定，n的上升并非来自F0",
        "F0 {} to {}: n {} to {}, slope {} to {}": "F0由{}至{}：n由{}至{}，斜率由{}至{}",
        "alpha = (1 - beta)(sigma - 1), which (5) excludes; or a fixed cost without quality in it (an addition)": (
            "alpha = (1 - beta)(sigma - 1)，但为(5)所排除；或存在与质量无关的固定成本（另加的假设）"
        ),
        "{}: profit is {} of fixed costs": "{}：利润为固定成本的{}倍",
        "low capability means f relative to phi": "低能力指f相对于phi较低",
        "d profit / d phi = {}: {}": "利润对phi的导数为{}：{}",
    },
}


def said(text: str | None, kind: str, language: Language) -> str:
    """A cell of the report's tables in a language; empty if there is none.

    kind  the column's key in `report_words.py`; a kind without sentences holds names and numbers
    """
    if text is None:
        return ""
    return in_chinese(text, _SENTENCES.get(kind, {})) if language == "zh" else text
