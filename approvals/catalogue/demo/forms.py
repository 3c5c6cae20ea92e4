"""The forms of the demo city's items: a dozen shared ones and the rich ones of items that people file every day."""

from collections.abc import Mapping
from typing import Any

Spec = dict[str, Any]


def field(code: str, type_: str, label: str, label_en: str, **rest: Any) -> Spec:
    return {"code": code, "type": type_, "label": label, "label_en": label_en, **rest}


def section(code: str, title: str, title_en: str, *fields: Spec, **rest: Any) -> Spec:
    return {"code": code, "title": title, "title_en": title_en, "fields": list(fields), **rest}


def pick(*options: tuple[str, str, str]) -> list[Spec]:
    return [{"value": value, "label": label, "label_en": label_en} for value, label, label_en in options]


def when(code: str, equals: str | bool) -> Spec:
    return {"field": code, "equals": equals}


def form(*sections: Spec) -> Mapping[str, Any]:
    return {"sections": list(sections)}


PERSON = section(
    "applicant", "申请人信息", "About you",
    field("name", "text", "姓名", "Name", prefill="name", max_length=50),
    field("resident_number", "resident_number", "公民身份号码", "Resident identity number", prefill="resident_number",
          personal=True),
    field("phone", "phone", "联系电话", "Phone number", prefill="phone", personal=True),
    field("address", "address", "联系地址", "Address", prefill="address", personal=True),
)  # fmt: skip
FIRM = section(
    "organisation", "单位信息", "About the organisation",
    field("organisation", "text", "单位名称", "Name of the organisation", prefill="organisation", max_length=120),
    field("uscc", "uscc", "统一社会信用代码", "Unified social credit code", prefill="uscc"),
    field("legal_person", "text", "法定代表人（负责人）", "Legal representative", prefill="legal_person", max_length=50),
    field("contact", "text", "联系人", "Contact person", prefill="name", max_length=50),
    field("phone", "phone", "联系电话", "Phone number", prefill="phone", personal=True),
)  # fmt: skip
DELIVERY = section(
    "delivery", "领取方式", "How you receive the result",
    field("delivery", "choice", "您希望怎样领取结果？", "How would you like to receive the result?", choices=pick(
        ("electronic", "电子证照", "As an electronic document"),
        ("post", "邮寄送达", "By post"),
        ("counter", "到大厅领取", "At the hall"),
    )),
    field("post_address", "address", "邮寄地址", "Postal address", show_if=when("delivery", "post"), personal=True),
    field("post_phone", "phone", "收件人电话", "Recipient's phone", show_if=when("delivery", "post"), personal=True),
)  # fmt: skip
RENEWAL = section(
    "renewal", "原许可信息", "The document to be renewed",
    field("permit_number", "text", "原许可证编号", "Number of the document", max_length=60),
    field("expires_on", "date", "原许可证有效期至", "The document is valid until",
          hint="以证面载明的日期为准。有效期届满前未作出决定的，视为准予延续。",
          hint_en="The date on the document. Without a decision before it, the renewal counts as granted."),
)  # fmt: skip
BANK = section(
    "payment", "发放账户", "Account for the payment",
    field("account_owner", "text", "开户名", "Account holder", max_length=50),
    field("bank", "text", "开户银行", "Bank", max_length=60, hint="例如：中国银行海州分行",
          hint_en="For example: Bank of China, Haizhou branch"),
    field("account", "text", "银行账号", "Account number", max_length=30, personal=True),
)  # fmt: skip
REASON = section(
    "matter", "申请事项", "Your application",
    field("reason", "textarea", "申请理由和具体情况", "Reason and details", max_length=800,
          hint="请写明您申请办理的具体内容，不超过800字。", hint_en="Say what you apply for, in up to 800 characters."),
    field("held_before", "yesno", "您以前是否取得过同类证件？", "Have you held such a document before?"),
    field("old_number", "text", "原证件编号", "Number of that document", required=False, max_length=40,
          show_if=when("held_before", True)),
)  # fmt: skip
BUSINESS = section(
    "business", "经营情况", "About the business",
    field("premises", "address", "经营场所地址", "Address of the premises"),
    field("area", "number", "经营面积", "Floor area", unit="平方米", unit_en="m²", min=1, max=500000),
    field("staff", "number", "从业人数", "Number of employees", unit="人", unit_en="people", min=1, max=100000),
    field("scope", "textarea", "申请的经营（业务）范围", "Scope applied for", max_length=500),
    field("tenure", "choice", "场所使用方式", "How you hold the premises", choices=pick(
        ("own", "自有", "Owned"), ("rent", "租赁", "Rented"), ("lent", "无偿使用", "Lent free of charge"),
    )),
    field("lease_end", "date", "租赁期限截止日期", "End of the lease", future=True, show_if=when("tenure", "rent")),
)  # fmt: skip

FOOD = form(
    FIRM,
    section(
        "shop", "经营场所", "The shop",
        field("shop_name", "text", "门店名称（招牌名）", "Name on the sign", max_length=60),
        field("premises", "address", "经营场所地址", "Address of the shop"),
        field("area", "number", "经营场所面积", "Floor area of the shop", unit="平方米", unit_en="m²", min=1, max=100000),
        field("kitchen_area", "number", "食品处理区面积", "Area for handling food", unit="平方米", unit_en="m²", min=0,
              max=100000),
        field("staff", "number", "从业人数", "Number of employees", unit="人", unit_en="people", min=1, max=5000),
    ),
    section(
        "food", "经营项目", "What you sell",
        field("main_form", "choice", "主体业态", "Main type of business", choices=pick(
            ("seller", "食品销售经营者", "Seller of food"),
            ("catering", "餐饮服务经营者", "Restaurant or caterer"),
            ("canteen", "单位食堂", "Canteen"),
        )),
        field("kitchen", "choice", "单位食堂类型", "Type of canteen", show_if=when("main_form", "canteen"), choices=pick(
            ("school", "学校、托幼机构食堂", "School or kindergarten"),
            ("care", "养老机构、医疗机构食堂", "Care home or hospital"),
            ("other", "其他单位食堂", "Other"),
        )),
        field("items", "multichoice", "经营项目", "Items", hint="可多选", hint_en="Choose all that apply", choices=pick(
            ("packed", "预包装食品销售", "Packaged food"), ("bulk", "散装食品销售", "Loose food"),
            ("hot", "热食类食品制售", "Hot dishes"), ("cold", "冷食类食品制售", "Cold dishes"),
            ("raw", "生食类食品制售", "Raw food"), ("pastry", "糕点类食品制售", "Pastry"),
            ("drinks", "自制饮品制售", "Drinks made on site"),
        )),
        field("online_sale", "yesno", "是否从事网络经营？", "Do you sell online?"),
        field("platform", "text", "网站或平台名称", "Website or platform", max_length=100,
              show_if=when("online_sale", True)),
        field("delivery_staff", "yesno", "是否自行配送？", "Do you deliver yourself?", show_if=when("online_sale", True)),
    ),
    section(
        "safety", "食品安全管理", "Food safety",
        field("manager", "text", "食品安全管理人员姓名", "Food safety manager", max_length=50),
        field("manager_phone", "phone", "食品安全管理人员电话", "Manager's phone", personal=True),
        field("water", "choice", "用水来源", "Water supply", choices=pick(
            ("public", "市政供水", "Public mains"), ("own", "自备水源", "Own source"),
        )),
        field("water_report", "date", "水质检验报告日期", "Date of the water test", past=True,
              show_if=when("water", "own")),
    ),
    DELIVERY,
)  # fmt: skip

RESIDENCE = form(
    PERSON,
    section(
        "residence", "居住情况", "Where you live",
        field("home", "address", "本市现住地址", "Present address in the city", personal=True),
        field("since", "date", "开始居住日期", "Living there since", past=True),
        field("home_kind", "choice", "住所类型", "Kind of home", choices=pick(
            ("own", "自购房", "Own home"), ("rent", "租赁房", "Rented home"), ("employer", "单位宿舍",
                  "Employer's dormitory"),
            ("relative", "借住亲友", "With relatives or friends"),
        )),
        field("landlord", "text", "房主（出租人）姓名", "Landlord's name", max_length=50, show_if=when("home_kind", "rent")),
        field("landlord_phone", "phone", "房主（出租人）电话", "Landlord's phone", personal=True,
              show_if=when("home_kind", "rent")),
    ),
    section(
        "ground", "申领条件", "Ground of the application",
        field("ground", "choice", "您符合哪一项条件？", "Which condition do you meet?", choices=pick(
            ("work", "合法稳定就业", "Steady work"), ("home", "合法稳定住所", "Steady home"),
            ("study", "连续就读", "Place at school"),
        )),
        field("employer", "text", "工作单位", "Employer", max_length=120, show_if=when("ground", "work")),
        field("school", "text", "就读学校", "School", max_length=120, show_if=when("ground", "study")),
        field("origin", "address", "户籍地址", "Address of household registration", personal=True),
        field("education", "choice", "文化程度", "Education", required=False, choices=pick(
            ("primary", "小学及以下", "Primary or less"), ("lower", "初中", "Lower secondary"),
            ("upper", "高中（中专）", "Upper secondary"), ("college", "大专", "College"),
            ("bachelor", "本科", "Bachelor"), ("master", "研究生", "Postgraduate"),
        )),
    ),
    DELIVERY,
)  # fmt: skip

INDIVIDUAL = form(
    PERSON,
    section(
        "shop", "经营信息", "The business",
        field("shop_name", "text", "个体工商户名称", "Name of the business", max_length=80,
              hint="例如：海州市港城区李记面馆", hint_en="For example: 海州市港城区李记面馆"),
        field("has_second_name", "yesno", "是否申报备选名称？", "Do you give a second choice of name?"),
        field("second_name", "text", "备选名称", "Second choice of name", max_length=80,
              show_if=when("has_second_name", True)),
        field("management", "choice", "组成形式", "Form", choices=pick(
            ("single", "个人经营", "One person"), ("family", "家庭经营", "Family"),
        )),
        field("members", "textarea", "参加经营的家庭成员", "Family members taking part", max_length=300, personal=True,
              show_if=when("management", "family")),
        field("premises", "address", "经营场所地址", "Address of the business"),
        field("online_only", "yesno", "是否仅通过网络经营？", "Do you trade online only?"),
        field("scope", "textarea", "经营范围", "Business scope", max_length=500),
        field("capital", "money", "资金数额", "Capital", min=0, max=100000000),
        field("staff", "number", "从业人数", "Number of people", unit="人", unit_en="people", min=1, max=500),
    ),
    DELIVERY,
)  # fmt: skip

COMPANY = form(
    section(
        "applicant", "经办人信息", "Who files",
        field("name", "text", "经办人姓名", "Name", prefill="name", max_length=50),
        field("resident_number", "resident_number", "经办人公民身份号码", "Resident identity number",
              prefill="resident_number", personal=True),
        field("phone", "phone", "联系电话", "Phone number", prefill="phone", personal=True),
    ),
    section(
        "company", "企业信息", "The company",
        field("company", "text", "企业（机构）名称", "Name", max_length=120),
        field("exists", "yesno", "企业是否已经设立？", "Does the company exist already?"),
        field("company_uscc", "uscc", "统一社会信用代码", "Unified social credit code", show_if=when("exists", True)),
        field("premises", "address", "住所", "Registered address"),
        field("capital", "money", "注册资本", "Registered capital", min=0, max=100000000000),
        field("paid_until", "date", "认缴出资期限", "Capital to be paid in by", required=False),
        field("scope", "textarea", "经营范围", "Business scope", max_length=800),
        field("legal_person", "text", "法定代表人姓名", "Legal representative", max_length=50),
        field("change", "textarea", "变更或者申请事项说明", "What changes or what you apply for", required=False,
              max_length=500, show_if=when("exists", True)),
    ),
    DELIVERY,
)  # fmt: skip

MEDICAL = form(
    FIRM,
    section(
        "institution", "机构情况", "The institution",
        field("institution", "text", "机构名称", "Name of the institution", max_length=120),
        field("level", "choice", "机构类别", "Kind of institution", choices=pick(
            ("hospital", "医院", "Hospital"), ("outpatient", "门诊部", "Outpatient department"),
            ("clinic", "诊所", "Clinic"), ("community", "社区卫生服务机构", "Community health service"),
            ("animal", "动物诊疗机构", "Animal clinic"), ("other", "其他", "Other"),
        )),
        field("beds", "number", "床位数", "Beds", unit="张", unit_en="beds", min=1, max=5000,
              show_if=when("level", "hospital")),
        field("chairs", "number", "牙椅数（没有请填0）", "Dental chairs (0 if none)", min=0, max=500),
        field("departments", "textarea", "诊疗科目", "Medical subjects", max_length=500),
        field("ownership", "choice", "经营性质", "Nature", choices=pick(
            ("profit", "营利性", "For profit"), ("nonprofit", "非营利性", "Not for profit"),
        )),
        field("premises", "address", "机构地址", "Address"),
        field("area", "number", "建筑面积", "Floor area", unit="平方米", unit_en="m²", min=10, max=1000000),
    ),
    section(
        "people", "人员与设备", "Staff and equipment",
        field("head", "text", "主要负责人姓名", "Person in charge", max_length=50),
        field("head_certificate", "text", "主要负责人执业证书编号", "Number of the practice certificate", max_length=40),
        field("professionals", "number", "专业技术人员数", "Professionals", unit="人", unit_en="people", min=1, max=10000),
        field("radiation", "yesno", "是否使用放射设备？", "Do you use radiation equipment?"),
        field("radiation_list", "textarea", "放射设备名称和数量", "Radiation equipment and numbers", max_length=300,
              show_if=when("radiation", True)),
    ),
    DELIVERY,
)  # fmt: skip

WATER = form(
    FIRM,
    section(
        "intake", "取（用、排）水情况", "The water",
        field("place", "address", "取（用、排）水地点", "Place"),
        field("source", "choice", "水源类型", "Source", choices=pick(
            ("surface", "地表水", "Surface water"), ("ground", "地下水", "Groundwater"), ("mains", "公共管网",
                  "Public mains"),
        )),
        field("well_depth", "number", "井深", "Depth of the well", unit="米", unit_en="m", min=1, max=3000,
              show_if=when("source", "ground")),
        field("river", "text", "河流（湖泊）名称", "River or lake", max_length=60, show_if=when("source", "surface")),
        field("volume", "number", "年取（用、排）水量", "Volume a year", unit="万立方米", unit_en="10,000 m³", decimals=2,
              min=0, max=100000),
        field("purpose", "choice", "用途", "Purpose", choices=pick(
            ("living", "生活", "Households"), ("industry", "工业", "Industry"), ("farm", "农业灌溉", "Irrigation"),
            ("ecology", "生态", "Ecology"), ("other", "其他", "Other"),
        )),
        field("start", "date", "计划开始日期", "Planned start"),
        field("third_party", "yesno", "是否影响其他取水单位或个人？", "Are other users affected?"),
        field("third_party_names", "textarea", "受影响的单位或个人及其意见", "Who is affected and what they say",
              max_length=500, show_if=when("third_party", True)),
    ),
    DELIVERY,
)  # fmt: skip

TRANSPORT = form(
    FIRM,
    section(
        "fleet", "车辆与人员", "Vehicles and people",
        field("business", "multichoice", "申请的经营范围", "Scope applied for", choices=pick(
            ("general", "普通货运", "General freight"), ("special", "货物专用运输", "Special freight"),
            ("large", "大型物件运输", "Oversize goods"), ("danger", "危险货物运输", "Dangerous goods"),
            ("passenger", "旅客运输", "Passengers"), ("service", "维修、培训等服务", "Repair, training and other services"),
        )),
        field("danger_class", "text", "危险货物类别", "Class of dangerous goods", max_length=60,
              show_if=when("business", "danger")),
        field("vehicles", "number", "车辆数", "Number of vehicles", unit="辆", unit_en="vehicles", min=0, max=10000),
        field("plates", "textarea", "车牌号码（尚未购置可填拟购车型）", "Plates (or models to be bought)", max_length=500),
        field("drivers", "number", "驾驶（从业）人员数", "Number of drivers or staff", unit="人", unit_en="people", min=1,
              max=10000),
        field("premises", "address", "停车场地（经营场所）地址", "Address of the parking or premises"),
    ),
    DELIVERY,
)  # fmt: skip

FUND = form(
    PERSON,
    section(
        "withdrawal", "公积金业务", "Your housing fund",
        field("fund_number", "text", "个人公积金账号", "Account number of the fund", max_length=20, personal=True),
        field("amount", "money", "申请金额", "Amount", min=1, max=2000000, hint="不超过账户余额",
              hint_en="Not more than the balance"),
        field("married", "yesno", "您是否已婚？", "Are you married?"),
        field("spouse_name", "text", "配偶姓名", "Spouse's name", max_length=50, show_if=when("married", True)),
        field("spouse_number", "resident_number", "配偶公民身份号码", "Spouse's resident identity number", personal=True,
              show_if=when("married", True)),
        field("home", "address", "房屋地址", "Address of the home", required=False, personal=True),
    ),
    BANK,
)  # fmt: skip

DISABILITY = form(
    PERSON,
    section(
        "disability", "残疾情况", "The disability",
        field("for_other", "yesno", "是否为他人代办？", "Do you apply for somebody else?"),
        field("person_name", "text", "残疾人姓名", "Name of the disabled person", max_length=50,
              show_if=when("for_other", True)),
        field("person_number", "resident_number", "残疾人公民身份号码", "Their resident identity number", personal=True,
              show_if=when("for_other", True)),
        field("category", "choice", "申请评定的残疾类别", "Category of disability", choices=pick(
            ("sight", "视力残疾", "Sight"), ("hearing", "听力残疾", "Hearing"), ("speech", "言语残疾", "Speech"),
            ("body", "肢体残疾", "Physical"), ("mind", "智力残疾", "Intellectual"), ("mental", "精神残疾", "Mental"),
            ("multiple", "多重残疾", "Multiple"),
        )),
        field("since", "date", "致残时间", "Since when", past=True),
        field("home_visit", "yesno", "是否需要上门评定？", "Do you need an assessment at home?"),
        field("home_address", "address", "上门地址", "Address for the visit", personal=True,
              show_if=when("home_visit", True)),
    ),
    DELIVERY,
)  # fmt: skip

PROJECT = form(
    FIRM,
    section(
        "project", "项目信息", "The project",
        field("project", "text", "项目名称", "Name of the project", max_length=150),
        field("project_code", "text", "项目统一代码", "National project code", required=False, max_length=40,
              hint="投资项目在线审批监管平台赋码", hint_en="Given by the national investment platform"),
        field("site", "address", "建设地点", "Site"),
        field("nature", "choice", "建设性质", "Kind of works", choices=pick(
            ("new", "新建", "New"), ("expand", "扩建", "Extension"), ("rebuild", "改建", "Alteration"),
            ("temporary", "临时", "Temporary"),
        )),
        field("until", "date", "临时使用截止日期", "Temporary use until", future=True, show_if=when("nature", "temporary")),
        field("land_area", "number", "用地面积", "Site area", unit="平方米", unit_en="m²", decimals=2, min=0, max=100000000),
        field("floor_area", "number", "建筑面积", "Floor area", unit="平方米", unit_en="m²", decimals=2, min=0,
              max=100000000),
        field("investment", "money", "总投资", "Total investment", min=0, max=1000000000000),
        field("start", "date", "计划开工日期", "Planned start"),
        field("content", "textarea", "建设内容和规模", "What is built and how large", max_length=1000),
    ),
    DELIVERY,
)  # fmt: skip

BENEFIT = form(
    PERSON,
    section(
        "household", "家庭与情况说明", "Your household",
        field("members", "number", "家庭人口数", "People in the household", unit="人", unit_en="people", min=1, max=30),
        field("income", "money", "家庭月人均收入", "Income per head and month", min=0, max=1000000),
        field("for_other", "yesno", "是否为他人代办？", "Do you apply for somebody else?"),
        field("person_name", "text", "被代办人姓名", "Their name", max_length=50, show_if=when("for_other", True)),
        field("person_number", "resident_number", "被代办人公民身份号码", "Their resident identity number", personal=True,
              show_if=when("for_other", True)),
        field("situation", "textarea", "情况说明", "Your situation", max_length=800),
    ),
    BANK,
)  # fmt: skip

VEHICLE = form(
    PERSON,
    section(
        "vehicle", "车辆和驾驶证信息", "Vehicle and licence",
        field("subject", "choice", "办理内容", "What it is about", choices=pick(
            ("licence", "驾驶证、从业资格", "A licence"), ("vehicle", "车辆", "A vehicle"),
        )),
        field("licence_class", "choice", "准驾车型", "Class", show_if=when("subject", "licence"), choices=pick(
            ("C1", "C1", "C1"), ("C2", "C2", "C2"), ("B1", "B1", "B1"), ("B2", "B2", "B2"), ("A1", "A1", "A1"),
            ("A2", "A2", "A2"), ("D", "D", "D"), ("other", "其他", "Other"),
        )),
        field("vin", "text", "车辆识别代号（VIN）", "Vehicle identification number", max_length=17,
              show_if=when("subject", "vehicle")),
        field("plate", "text", "号牌号码", "Plate", required=False, max_length=10, show_if=when("subject", "vehicle")),
        field("note", "textarea", "情况说明", "Details", required=False, max_length=300),
    ),
    DELIVERY,
)  # fmt: skip

RECORD_COPY = form(
    PERSON,
    section(
        "document", "证明或证书信息", "The document",
        field("purpose", "choice", "用途", "Purpose", choices=pick(
            ("work", "求职、入职", "Work"), ("study", "升学、留学", "Study"), ("abroad", "出国出境", "Going abroad"),
            ("court", "诉讼、公证", "Court or notary"), ("home", "购房、租房", "Home"), ("other", "其他", "Other"),
        )),
        field("purpose_text", "text", "具体用途", "Which purpose", max_length=100, show_if=when("purpose", "other")),
        field("number", "text", "原证书编号或查询条件", "Number of the document or what to search for", required=False,
              max_length=100),
        field("from", "date", "起始日期", "From", required=False),
        field("to", "date", "截止日期", "To", required=False),
        field("copies", "number", "份数", "Copies", unit="份", unit_en="copies", min=1, max=10),
    ),
    DELIVERY,
)  # fmt: skip

EVENT = form(
    FIRM,
    section(
        "event", "活动（设置）信息", "The event or installation",
        field("title", "text", "活动（设施）名称", "Name", max_length=120),
        field("venue", "address", "地点", "Place"),
        field("starts", "date", "开始日期", "From", future=True),
        field("ends", "date", "结束日期", "Until", future=True),
        field("people", "number", "预计参加人数（没有请填0）", "Expected people (0 if none)", unit="人", unit_en="people",
              min=0, max=1000000),
        field("foreign", "yesno", "是否有境外人员参加？", "Do people from abroad take part?"),
        field("foreign_note", "textarea", "境外人员情况", "About the people from abroad", max_length=300,
              show_if=when("foreign", True)),
        field("content", "textarea", "主要内容", "Contents", max_length=800),
    ),
    DELIVERY,
)  # fmt: skip

TAX = form(
    FIRM,
    section(
        "tax", "涉税事项", "The tax matter",
        field("period_from", "date", "所属期起", "Period from"),
        field("period_to", "date", "所属期止", "Period to"),
        field("amount", "money", "涉及金额", "Amount", required=False, min=0),
        field("invoice", "yesno", "是否涉及发票？", "Is it about invoices?"),
        field("invoice_kind", "choice", "发票种类", "Kind of invoice", show_if=when("invoice", True), choices=pick(
            ("special", "增值税专用发票", "Special VAT invoice"), ("ordinary", "增值税普通发票", "Ordinary VAT invoice"),
            ("electronic", "数电发票", "Digital invoice"),
        )),
        field("reason", "textarea", "申请理由", "Reason", max_length=500),
    ),
)  # fmt: skip

SCHOOL = form(
    PERSON,
    section(
        "child", "学生信息", "The child",
        field("child_name", "text", "学生姓名", "Child's name", max_length=50),
        field("child_number", "resident_number", "学生公民身份号码", "Child's resident identity number", personal=True),
        field("guardian", "choice", "您与学生的关系", "You are the child's", choices=pick(
            ("father", "父亲", "Father"), ("mother", "母亲", "Mother"), ("other", "其他监护人", "Other guardian"),
        )),
        field("guardian_note", "text", "具体关系", "Which relation", max_length=50, show_if=when("guardian", "other")),
        field("home", "address", "实际居住地址", "Where the child lives", personal=True),
        field("school", "text", "申请学校", "School applied for", max_length=100),
        field("present_school", "text", "现就读学校（幼儿园）", "Present school or kindergarten", required=False,
              max_length=100),
    ),
)  # fmt: skip

CASE = form(
    PERSON,
    section(
        "case", "争议或求助事项", "The matter",
        field("against", "text", "对方（被申请人）名称", "The other side", max_length=120),
        field("known_on", "date", "知道该行为的日期", "When you learned of it", past=True),
        field("request", "textarea", "您的请求", "What you ask for", max_length=800),
        field("facts", "textarea", "事实和理由", "Facts and reasons", max_length=1000),
        field("represented", "yesno", "是否有代理人？", "Does somebody act for you?"),
        field("agent_name", "text", "代理人姓名", "Agent's name", max_length=50, show_if=when("represented", True)),
        field("agent_phone", "phone", "代理人电话", "Agent's phone", personal=True, show_if=when("represented", True)),
    ),
    DELIVERY,
)  # fmt: skip

FORMS: dict[str, Mapping[str, Any]] = {
    "person": form(PERSON, REASON, DELIVERY),
    "firm": form(FIRM, BUSINESS, DELIVERY),
    "renewfirm": form(FIRM, RENEWAL, DELIVERY),
    "renewperson": form(PERSON, RENEWAL, DELIVERY),
    "food": FOOD,
    "residence": RESIDENCE,
    "indiv": INDIVIDUAL,
    "company": COMPANY,
    "medical": MEDICAL,
    "water": WATER,
    "transport": TRANSPORT,
    "fund": FUND,
    "disab": DISABILITY,
    "project": PROJECT,
    "benefit": BENEFIT,
    "vehicle": VEHICLE,
    "copycert": RECORD_COPY,
    "event": EVENT,
    "tax": TAX,
    "school": SCHOOL,
    "case": CASE,
}
