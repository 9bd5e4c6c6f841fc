"""Words on the figures, in both languages."""

from egov_assets.figures.style import Language

_WORDS: dict[str, tuple[str, str]] = {
    "coefficient": ("coefficient", "系数"),
    "published": ("published", "论文"),
    "planted": ("planted in the demo", "模拟数据设定值"),
    "ours": ("ours, 95 % interval, clustered by city", "本项目，95% 置信区间，城市聚类"),
    "egscore": ("digital government", "政务数字化"),
    "qua": ("export quality", "出口质量"),
    "fields": ("Table 3. One field at a time", "表3  细分指标"),
    "robustness": ("Tables 4 and 5. Robustness", "表4、表5  稳健性"),
    "instruments": ("Table 6. Instruments", "表6  工具变量"),
    "heterogeneity": ("Tables 7 to 9. Interactions", "表7至表9  异质性（交互项）"),
    "mechanisms": ("Table 10. Interactions", "表10  作用机制（交互项）"),
    "net": ("net of firm, year and controls", "剔除企业、年份效应与控制变量"),
    "slope": ("slope", "斜率"),
    "instrument": ("instrument, net", "工具变量（剔除后）"),
    "firm_years": ("firm-years", "企业—年份数"),
    "city_years": ("city-years", "城市—年份数"),
    "curve": ("effect of the score, sd of the outcome", "得分的影响（结果变量的标准差）"),
    "specifications": ("specifications, sorted by estimate", "设定（按估计值排序）"),
    "significant": ("significant at 5 %", "5%水平显著"),
    "insignificant": ("not significant", "不显著"),
    "exit_scale": ("exit", "退出"),
    "upgrading_scale": ("upgrading, as printed (6)", "升级（论文式6）"),
    "consistent_scale": ("upgrading, on the demand of (2)", "升级（与式2一致）"),
    "upgrades": ("survives and gains from quality", "存活且提升质量有利"),
    "quality": ("quality λ", "质量 λ"),
    "quantity": ("quantity q", "产量 q"),
    "craft": ("craft capability f", "工艺能力 f"),
    "process": ("process capability φ", "流程能力 φ"),
    "stays": ("profit ≥ 0", "利润 ≥ 0"),
    "few_firms": ("few firms", "企业少"),
    "many_firms": ("many firms", "企业多"),
    "quality_industry": ("α = 1.2 > β = 0.4", "α = 1.2 > β = 0.4"),
    "cost_industry": ("α = 0.3 < β = 0.6", "α = 0.3 < β = 0.6"),
}


def words_of(language: Language) -> dict[str, str]:
    """Every word in one language."""
    return {key: pair[language == "zh"] for key, pair in _WORDS.items()}
