"""Words of the replication report, in both languages."""

from egov_assets.regression_tables.printed import Language
from egov_assets.replication import comparison

_WORDS: dict[str, tuple[str, str]] = {
    "title": ("Replication report", "复现报告"),
    "demo": (
        "These results come from the demo economy: every firm, city score and amount in it is invented, and "
        "the column “planted” holds the answer that was put in. They say that the method finds what is there, "
        "nothing about China.",
        "以下结果来自模拟经济：企业、城市得分与金额均为虚构，“设定值”一列为事先设定的答案。结果只说明方法能找回设定值，与中国实际无关。",
    ),
    "question": ("The question", "研究问题"),
    "question_text": (
        "Does better digital government in a city raise the quality of what its firms export? Unit: firm and year, "
        "2010 to 2012. Baseline: quality on the city's score with firm and year effects and six controls, errors "
        "clustered by city.",
        "城市政务数字化水平的提高是否提升了当地企业的出口产品质量？样本单位为2010—2012年企业—年份；"
        "基准回归控制企业与年份固定效应及六个控制变量，标准误按城市聚类。",
    ),
    "baseline": (
        "Table 2, column (3): published {published}, {planted}ours {ours} with a 95 % interval from {low} to {high}.",
        "表2列（3）：论文{published}，{planted}本项目{ours}，95%置信区间为{low}至{high}。",
    ),
    "planted_value": ("planted {value}, ", "设定值{value}，"),
    "verdicts": ("Verdicts on all printed numbers", "全部印出数字的判定"),
    "flow": ("Data and sample flow", "数据与样本流程"),
    "flow_text": (
        "Every raw row ends in a clean table or among the rejected rows; what a step removes is counted here.",
        "每一原始行要么进入清洗后的表，要么列入剔除表；下表为各步骤的行数。",
    ),
    "match": ("Match of customs and survey", "海关与工业企业数据匹配"),
    "tables": ("Tables 1 to 10, side by side", "表1至表10对照"),
    "figures": ("Figures", "图"),
    "audit": ("Audit of the paper from its own print", "论文自身一致性核查"),
    "audit_text": (
        "Recomputed from printed numbers alone: {contradictions} of {judged} judged places contradict other print.",
        "仅用印出的数字重新计算：{judged}处可判定之处中有{contradictions}处与论文其他部分不一致。",
    ),
    "theory": ("Check of the theory", "理论推导核查"),
    "theory_text": (
        "Each statement of section 2.1 derived again with computer algebra: {follow} of {all} follow.",
        "用计算机代数重新推导2.1节各命题：{all}条中有{follow}条成立。",
    ),
    "provenance": ("Provenance", "来源与版本"),
    "provenance_text": (
        "SHA-256 of each table's file and versions of the software; the same files and versions give the same bytes.",
        "各表文件的SHA-256与软件版本；相同的文件与版本得到相同的字节。",
    ),
    "settings": ("Settings", "设定"),
    "settings_file": ("file", "文件"),
    "settings_text": (
        "The study's own settings files, at the top of the raw folder; what they do not name is at its default.",
        "本研究自有的设定文件（位于原始数据文件夹顶层）；未列出的项目均取默认值。",
    ),
    "no_settings": (
        "The raw folder holds no settings file: every choice is at its default.",
        "原始数据文件夹中没有设定文件：全部取默认值。",
    ),
    "table": ("Table {number}", "表{number}"),
    "column": ("column", "列"),
    "term": ("term", "变量"),
    "published": ("published", "论文"),
    "planted": ("planted", "设定值"),
    "ours": ("ours", "本项目"),
    "verdict": ("verdict", "判定"),
    "remark": ("remark", "备注"),
    "estimates": ("estimates", "估计系数"),
    "others": ("counts, R2, moments", "样本量、R2与描述统计"),
    "source": ("source", "来源"),
    "step": ("step", "步骤"),
    "reason": ("reason", "原因"),
    "outcome": ("outcome", "结果"),
    "match_value": (
        "Share of the year's customs exports, by how the firm was matched:",
        "按匹配方式划分的当年出口额占比：",
    ),
    "year": ("year", "年份"),
    "place": ("place", "位置"),
    "printed": ("printed", "印出"),
    "recomputed": ("recomputed", "重新计算"),
    "code": ("code", "编号"),
    "how": ("how", "说明"),
    "statement": ("statement", "命题"),
    "follows": ("follows", "是否成立"),
    "derived": ("derived", "推导结果"),
    "condition": ("condition or example", "条件或例子"),
    "between": ("; ", "；"),
    "yes": ("yes", "是"),
    "no": ("no", "否"),
    "file": ("table or package", "表或软件包"),
    "rows": ("rows", "行数"),
    "version": ("version", "版本"),
    "figure_1_time_line": ("Figure 1. Data and policies in time", "图1  数据与政策时间线"),
    "figure_2_market_access_by_industry": (
        "Figure 2. Market access by industry, computed from (6) and (7)",
        "图2  不同行业的市场准入（由式6、式7计算）",
    ),
    "figure_3_market_access_by_capability": (
        "Figure 3. Market access by capability, computed from (T9) and (T10)",
        "图3  不同能力的市场准入（由式T9、式T10计算）",
    ),
    "figure_4_mechanisms": ("Figure 4. Three channels and their proxies", "图4  三条作用渠道及代理变量"),
    "baseline_figure": ("Table 2 as a picture", "表2图示"),
    "coefficients_fields": ("Table 3 as a picture", "表3图示"),
    "coefficients_robustness": ("Tables 4 and 5 as a picture", "表4、表5图示"),
    "coefficients_instruments": ("Table 6 as a picture", "表6图示"),
    "coefficients_heterogeneity": ("Tables 7 to 9 as a picture", "表7至表9图示"),
    "coefficients_mechanisms": ("Table 10 as a picture", "表10图示"),
    "specification_curve": (
        "The baseline under every combination of open choices",
        "设定曲线：各种可选设定下的基准结果",
    ),
    "binned_scatter": (
        "Quality on the score, net of effects and controls",
        "出口质量与政务数字化得分（剔除后）分箱散点图",
    ),
    "first_stages": ("First stages", "第一阶段"),
    "distributions": ("Distribution of quality and score", "出口质量与得分的分布"),
    comparison.REPRODUCED: (comparison.REPRODUCED, "已复现"),
    comparison.SAME_SIGN_AND_SIGNIFICANCE: (comparison.SAME_SIGN_AND_SIGNIFICANCE, "符号与显著性一致"),
    comparison.SAME_SIGN: (comparison.SAME_SIGN, "符号一致"),
    comparison.DIFFERS: (comparison.DIFFERS, "不一致"),
    comparison.NOT_COMPUTED: (comparison.NOT_COMPUTED, "无法计算"),
    comparison.INCONSISTENT: (comparison.INCONSISTENT, "论文该处自相矛盾"),
}


def report_words(language: Language) -> dict[str, str]:
    """Every word in one language."""
    return {key: pair[language == "zh"] for key, pair in _WORDS.items()}
