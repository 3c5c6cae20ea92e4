"""Texts that people wrote: what is proposed for publication, with personal data masked."""

import re

MASK = "＊＊＊"
_NUMBERS = re.compile(r"(?<![A-Za-z0-9])(?:\+?\d[\d\s-]{5,}[\dXx])(?![A-Za-z0-9])")
_MAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.]+")
_PLATE = re.compile(r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-Z]·?[A-HJ-NP-Z0-9]{5,6}")
# A surname with a way of address: 王芳女士, 李主任, 小张.
_ADDRESSED = re.compile(
    r"[赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦许何吕张孔曹严华金魏陶姜谢邹苏潘葛范彭鲁韦马方俞任袁柳史唐费薛雷贺汤罗毕郝安常于傅康"
    r"伍余顾孟黄穆萧尹姚邵汪毛贝明计成戴宋庞熊纪舒屈项祝董梁杜阮蓝闵席季麻贾路江童颜郭梅林钟徐邱骆高夏蔡田胡凌霍万卢莫房缪"
    r"解应宗丁宣邓郁洪包左石崔龚程邢裴陆荣翁荀惠曲封储靳段焦巴谷车侯蓬全班秋仲宫宁仇栾甘厉祖武符刘景詹束龙叶司黎印白"
    r"邰赖卓池乔谭申翟燕尚农温庄柴瞿阎连习艾鱼容向古易慎廖居衡步都耿满匡文寇广东欧利师聂关荆]"
    r"[\u4e00-\u9fff]{0,2}(?=先生|女士|小姐|主任|科长|局长|老师|师傅|同志)"
)


def proposed_text(text: str) -> str:
    """The text with numbers, addresses and named people masked: a proposal, a person decides."""
    for pattern in (_MAIL, _PLATE, _NUMBERS, _ADDRESSED):
        text = pattern.sub(MASK, text)
    return text
