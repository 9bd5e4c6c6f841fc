"""Government work reports: one text per city and year, in mixed encodings, wrapped inside words, with page headers.

What belongs here: how a report's text is put together. Source: domain.md 6. A report holds exactly its city's
`report_keyword_count` terms of the lexicon (longest match, line breaks removed) and about `report_tokens` words.
"""

from pathlib import Path

import numpy as np
import polars as pl

from egov_assets.demo_economy.random_streams import stream
from egov_assets.demo_economy.raw_files.draws import hashed, uniform
from egov_assets.demo_economy.raw_files.places import city_names
from egov_assets.platform.reference import table

NOTICE = "（演示文本，由程序生成，不是任何政府的报告）"
MISSING_SHARE = 0.04  # domain.md 6: missing city-years are normal
ENCODINGS = ("gbk",) * 7 + ("utf-8",) * 2 + ("utf-8-sig",)
LINE_CHARACTERS = 42
PAGE_LINES = 36
KEYWORD_SENTENCE = "大力 发展 {term} 。"
SENTENCES = """
各位 代表 ， 现在 我 代表 市 人民政府 ， 向 大会 作 工作 报告 ， 请 予 审议 。
一年 来 ， 我们 坚持 以 科学 发展观 统领 全局 ， 着力 调 结构 、 惠 民生 、 促 和谐 ， 经济 社会 保持 平稳 较快 发展 。
全市 生产 总值 比 上年 增长 百分之 十二 ， 财政 收入 增长 百分之 十八 。
固定 资产 投资 稳步 增加 ， 一批 重点 项目 建成 投产 。
农业 综合 生产 能力 继续 提高 ， 粮食 再 获 丰收 。
工业 结构 不断 优化 ， 规模 以上 企业 利润 增长 较快 。
对外 贸易 克服 困难 ， 出口 总额 创 历史 新高 。
旅游 业 持续 升温 ， 接待 游客 人数 明显 增加 。
城市 面貌 明显 改观 ， 道路 、 桥梁 、 供水 、 供热 工程 顺利 推进 。
新 农村 建设 扎实 开展 ， 完成 农村 公路 改造 和 饮水 安全 工程 。
城镇 居民 人均 可 支配 收入 和 农民 人均 纯 收入 同步 增长 。
就业 再 就业 工作 成效 显著 ， 城镇 登记 失业 率 控制 在 目标 以内 。
社会 保障 体系 逐步 完善 ， 养老 、 医疗 、 工伤 保险 覆盖 面 继续 扩大 。
教育 事业 优先 发展 ， 中小学 校舍 安全 工程 进展 顺利 。
医药 卫生 体制 改革 稳步 实施 ， 基层 医疗 条件 得到 改善 。
文化 惠民 活动 丰富 多彩 ， 群众 体育 蓬勃 开展 。
保障 性 住房 建设 力度 加大 ， 棚户区 改造 任务 全面 完成 。
节能 减排 取得 实效 ， 单位 能耗 继续 下降 。
植树 造林 、 水土 保持 和 河道 治理 统筹 推进 。
安全 生产 形势 总体 稳定 ， 食品 药品 监管 不断 加强 。
社会 治安 综合 治理 深入 开展 ， 人民 群众 安全 感 增强 。
精神 文明 建设 广泛 开展 ， 市民 素质 不断 提高 。
同时 ， 我们 也 清醒 地 看到 ， 发展 中 还 存在 不少 困难 和 问题 。
经济 总量 不 大 ， 产业 层次 不 高 ， 自主 创新 能力 不 强 。
农民 增收 渠道 不 宽 ， 城乡 差距 仍然 较大 。
一些 部门 作风 不 实 ， 办事 效率 有待 提高 。
今年 工作 的 总体 要求 是 ， 解放 思想 ， 抢抓 机遇 ， 真抓 实干 ， 加快 发展 。
主要 预期 目标 是 ， 生产 总值 增长 百分之 十一 ， 居民 收入 增长 与 经济 增长 同步 。
要 坚持 项目 带动 ， 谋划 实施 一批 打 基础 、 利 长远 的 大 项目 。
要 加快 园区 建设 ， 推动 产业 集聚 ， 培育 龙头 企业 。
要 改造 提升 传统 产业 ， 大力 培育 战略 性 新兴 产业 。
要 支持 中小 企业 ， 破解 融资 难题 ， 减轻 企业 负担 。
要 稳定 粮食 生产 ， 发展 特色 农业 ， 扶持 专业 合作社 。
要 完善 城市 功能 ， 加强 老城 区 改造 和 新区 建设 。
要 扩大 开放 ， 创新 招商 方式 ， 提高 利用 外资 质量 。
要 深化 国有 企业 、 财税 和 投资 体制 改革 。
要 办好 民生 实事 ， 让 发展 成果 惠及 全体 人民 。
要 加强 公共 服务 ， 提高 社会 管理 水平 。
要 坚持 依法 行政 ， 自觉 接受 人大 监督 和 政协 民主 监督 。
要 厉行 节约 ， 反对 浪费 ， 加强 廉政 建设 。
各位 代表 ， 新 的 征程 催人 奋进 ， 让 我们 同心 同德 ， 扎实 工作 ， 为 实现 全年 目标 而 努力 奋斗 。
"""  # fmt: skip


def write_work_reports(city_years: pl.DataFrame, year: int, seed: int, raw_folder: Path) -> int:
    """Write `work_reports/<year>/<city><year>.txt`; returns the number of texts (some city-years have none).

    city_years  city_code, year, report_keyword_count, report_tokens
    """
    folder = raw_folder / "work_reports" / str(year)
    folder.mkdir(parents=True)
    cities = city_years.filter(pl.col("year") == year).sort("city_code")
    cities = cities.join(city_names(year), on="city_code", how="left", maintain_order="left")
    number = cities["city_code"].cast(pl.Int64).to_numpy() * 10_000 + year
    is_written = uniform(number, seed, "report exists") >= MISSING_SHARE
    encoding = hashed(number, seed, "report encoding") % np.uint64(len(ENCODINGS))
    wanted = cities.select("city_code", "city_name", "city_short_name", "report_keyword_count", "report_tokens")
    for city, exists, code in zip(wanted.rows(), is_written, encoding, strict=True):
        if exists:
            city_code, name, short_name, keywords, tokens = city
            text = report_text(name, year, keywords, tokens, stream(seed, "report", year, int(city_code)))
            (folder / f"{short_name}{year}.txt").write_bytes(text.encode(ENCODINGS[code]))
    return int(is_written.sum())


def report_text(city_name: str, year: int, keywords: int, tokens: int, rng: np.random.Generator) -> str:
    """One report: the notice, then sentences of a fixed pool and `keywords` lexicon terms, wrapped and paged."""
    pool = [sentence.split() for sentence in SENTENCES.strip().splitlines()]
    lexicon = table("egov_keyword_lexicon").filter(pl.col("in_use_by_2012") == "1")["keyword_zh"].to_list()
    with_terms = [KEYWORD_SENTENCE.format(term=lexicon[k]).split() for k in rng.integers(0, len(lexicon), keywords)]
    lengths = np.array([len(sentence) for sentence in pool])
    drawn = rng.integers(0, len(pool), tokens // int(lengths.min()) + 1)
    enough = int(np.searchsorted(np.cumsum(lengths[drawn]), tokens - sum(map(len, with_terms)))) + 1
    sentences = [pool[k] for k in drawn[:enough]]
    for place, sentence in zip(rng.integers(0, len(sentences) + 1, keywords), with_terms, strict=True):
        sentences.insert(place, sentence)
    return _paged("".join("".join(sentence) for sentence in sentences), city_name, year)


def _paged(body: str, city_name: str, year: int) -> str:
    title = f"{year}年{city_name}政府工作报告"
    lines = [body[start : start + LINE_CHARACTERS] for start in range(0, len(body), LINE_CHARACTERS)]
    pages = [lines[start : start + PAGE_LINES] for start in range(0, len(lines), PAGE_LINES)]
    text = [NOTICE, title]
    for number, page in enumerate(pages, start=1):
        text += [f"{title}　第{number}页", *page]
    return "\n".join(text) + "\n"
