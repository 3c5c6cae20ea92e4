"""What every installation needs for the knowledge base: its rules, and a first list of topics."""

from hall.rule_seeds import plant
from hotline.knowledge.models import Topic
from hotline.knowledge.rules import KNOWLEDGE_RULES
from portal.core.seeds import seed

TOPICS = (
    ("residence", "户籍证件", "Residence and identity"),
    ("social", "社保就业", "Social security and work"),
    ("medical", "医保卫生", "Medical insurance and health"),
    ("housing", "住房公积金", "Housing and housing fund"),
    ("family", "婚育养老", "Family and the elderly"),
    ("education", "教育入学", "Schools"),
    ("enterprise", "企业经营", "Running a business"),
    ("tax", "税费缴纳", "Taxes and fees"),
    ("traffic", "交通出行", "Traffic"),
    ("city", "城市管理", "City management"),
    ("rights", "消费维权", "Consumer rights"),
    ("centre", "大厅与热线", "Hall and hotline"),
)


@seed
def knowledge_rules() -> None:
    """Rules that exist stay as they are."""
    plant(KNOWLEDGE_RULES)


@seed
def knowledge_topics() -> None:
    """Topics that exist stay as they are."""
    held = set(Topic.objects.values_list("code", flat=True))
    Topic.objects.bulk_create(
        Topic(code=code, name=name, name_en=name_en, order=n * 10)
        for n, (code, name, name_en) in enumerate(TOPICS)
        if code not in held
    )
