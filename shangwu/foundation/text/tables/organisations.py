"""Legal forms at the end of a company's name, longest first; simplified, since names are compared simplified."""

CHINESE_FORMS = (
    "股份有限公司",
    "有限责任公司",
    "有限合伙企业",
    "股份公司",
    "有限公司",
    "责任公司",
    "株式会社",
    "有限会社",
    "有限合伙",
    "普通合伙",
    "总公司",
    "公司",
)
# A branch is another organisation than its head office: this ending stays.
CHINESE_BRANCH = "分公司"

# fmt: off
LATIN_FORMS = frozenset([
    "co", "coltd", "company", "corp", "corporation", "inc", "incorporated", "limited", "llc", "llp", "lp", "ltd",
    "plc", "pte", "pteltd", "pty", "private", "pvt", "ag", "bv", "gmbh", "kg", "kk", "nv", "sa", "sarl", "sas", "spa",
    "srl",
])
# fmt: on

# Pairs between which a writer of simplified characters chooses by the word: compared, they are one.
# fmt: off
SAME_WHEN_COMPARED = {
    "著": "着", "瞭": "了", "祇": "只", "像": "象", "覆": "复", "彷": "仿", "藉": "借", "揹": "背", "薰": "熏",
    "甯": "宁", "甦": "苏",
}
# fmt: on
