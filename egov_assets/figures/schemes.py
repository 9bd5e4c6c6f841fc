"""Figures 1 and 4 as schemes: the study's time line, and the three channels. Nothing is computed in them."""

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from egov_assets.platform.figure_style import BLACK, BLUE, GREEN, GREY, ORANGE, Language, new_figure

# What the paper and the shipped reference lists date; the paper's own figure 1 is an image that could not be read.
EVENTS: tuple[tuple[float, float, str, tuple[str, str]], ...] = (
    (2010, 2012, BLUE, ("customs records, firm survey, yearbooks", "海关数据、工业企业数据、统计年鉴")),
    (2010, 2012, ORANGE, ("ratings of local government websites", "地方政府网站绩效评估")),
    (2010, 2012, GREEN, ("177 cities issue e-government policies", "177座城市陆续开展电子政务建设")),
    (2013, 2013, GREY, ("first free trade zone: Shanghai", "首个自贸区：上海")),
    (2015, 2015, GREY, ("second batch: Guangdong, Tianjin, Fujian", "第二批：广东、天津、福建")),
    (2017, 2018, GREY, ("third batch and Hainan", "第三批及海南")),
    (2022, 2022, GREY, ("Zhejiang's opinion on digital government", "浙江省数字政府建设实施意见")),
)

CHANNELS: tuple[tuple[tuple[str, str], tuple[str, str], tuple[str, str]], ...] = (
    (
        ("lower costs, competition", "降低成本与市场竞争"),
        ("exit, export varieties", "企业退出、出口种类"),
        ("Hypothesis 1", "假说1"),
    ),
    (
        ("environment, foreign capital", "优化环境与外资流入"),
        ("utilised foreign capital", "实际利用外资"),
        ("Hypothesis 2", "假说2"),
    ),
    (
        ("innovation, digital firms", "创新与数字化转型"),
        ("patent applications", "专利申请"),
        ("Hypothesis 3", "假说3"),
    ),
)
ENDS = (("digital\ngovernment", "政务\n数字化"), ("export\nquality", "出口\n质量"))


def draw_time_line(language: Language) -> Figure:
    """Which years the data cover and when the policies that the paper names came.

    Source  method.md sections 1, 10, 11; reference/ftz_provinces.csv; text_claims of published_tables.yaml
    """
    figure = new_figure(17, 8)
    axes = figure.subplots()
    for line, (start, end, colour, words) in enumerate(EVENTS):
        axes.plot([start - 0.35, end + 0.35], [line, line], color=colour, linewidth=7, solid_capstyle="butt")
        axes.text(end + 0.6, line, words[language == "zh"], va="center")
    axes.axvspan(2009.65, 2012.35, color=BLUE, alpha=0.06, linewidth=0)
    axes.set_ylim(len(EVENTS) - 0.4, -0.6)
    axes.set_xlim(2009, 2028)
    axes.set_xticks([2010, 2012, 2014, 2016, 2018, 2020, 2022])
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    return figure


def draw_mechanisms(language: Language) -> Figure:
    """Figure 4: digital government, three channels with the proxy that table 10 uses, export quality."""
    chosen = language == "zh"
    figure = new_figure(17, 8)
    axes = figure.subplots()
    axes.set_axis_off()
    axes.set_xlim(0, 10)
    axes.set_ylim(0, 6)
    source, target = (1.0, 3.0), (9.0, 3.0)
    _box(axes, source, ENDS[0][chosen], BLUE)
    _box(axes, target, ENDS[1][chosen], BLUE)
    for line, (channel, proxy, hypothesis) in enumerate(CHANNELS):
        centre = (5.0, 5.2 - 2.2 * line)
        _box(axes, centre, f"{channel[chosen]}\n{proxy[chosen]}", GREEN)
        axes.text(centre[0], centre[1] + 0.75, hypothesis[chosen], ha="center", fontsize=9)
        _arrow(axes, (source[0] + 0.75, 3.0), (centre[0] - 1.7, centre[1]))
        _arrow(axes, (centre[0] + 1.7, centre[1]), (target[0] - 0.75, 3.0))
    return figure


def _box(axes: Axes, centre: tuple[float, float], words: str, colour: str) -> None:
    style = {"boxstyle": "round,pad=0.5", "facecolor": "white", "edgecolor": colour, "linewidth": 1.5}
    axes.text(*centre, words, ha="center", va="center", bbox=style)


def _arrow(axes: Axes, start: tuple[float, float], end: tuple[float, float]) -> None:
    axes.annotate("", xy=end, xytext=start, arrowprops={"arrowstyle": "->", "color": BLACK, "shrinkA": 4, "shrinkB": 4})
