"""Every constant of the study, each with its source.

What belongs here: a number or word list that the paper, its data or the customs practice fixes and more than one
chapter needs. What does not: the years (`platform/years.py`), where files lie (`platform/folders.py`),
what the demo economy plants (`demo_economy/truth.yml`).
"""

SCORE_FIELDS = {  # method.md section 6: nine fields, equal weights; the names of hou and dis are ours
    "egscore_idf": "qualification recognition",
    "egscore_enp": "enterprise set-up",
    "egscore_tax": "operation and tax payment",
    "egscore_int": "interaction with the public",
    "egscore_emp": "employment services",
    "egscore_doc": "certificates and documents",
    "egscore_tra": "transport services",
    "egscore_hou": "housing services",
    "egscore_dis": "information disclosure",
}
SCORE_PRODUCER = "中国软件评测中心"  # domain.md 5.5: competing producers exist, the paper uses this one

CONTROLS = ("Con_wag", "Con_inc", "Con_exp", "Con_gdp", "Con_num", "Con_inf")  # method.md section 7

DIVISOR_SIGMA = 3.0  # paper 3.2(1) step 3; cancels in `qua` when the price coefficient is estimated (method.md EQ-07)
MIN_PRODUCT_FLOWS = 100  # domain.md 4.1: products with fewer observations are removed
MIN_FLOW_VALUE_USD = 50.0  # domain.md 4.1: single flows below are removed
MIN_FLOW_QUANTITY = 1.0  # domain.md 4.1

NEIGHBOUR_COUNTS = (5, 7, 10)  # paper table 6: egscore_size5, _size7, _size10

STARS = ((0.01, "***"), (0.05, "**"), (0.10, "*"))  # note under every table of the paper
CONFIDENCE_LEVEL = 0.95

FEW_CLUSTERS = 50  # below, p-values also by wild cluster bootstrap (Cameron, Gelbach and Miller 2008, section I)
BOOTSTRAP_DRAWS = 999
BOOTSTRAP_SEED = 20102012
