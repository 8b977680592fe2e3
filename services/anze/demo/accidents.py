"""What happens in the industries of the demo, and the names of people; all of it invented."""

ACCIDENTS: dict[str, tuple[tuple[str, str], ...]] = {
    "construction": (
        ("construction", "外墙作业吊篮倾斜，作业人员受伤送医"),
        ("construction", "模板支撑局部坍塌，砸伤下方作业人员"),
        ("construction", "基坑边坡塌方，人员被埋后救出"),
        ("construction", "塔吊吊物坠落，砸伤地面人员"),
    ),
    "metal": (("machinery", "冲床操作时手部被挤压"), ("machinery", "行车吊运钢材滑落伤人")),
    "machinery": (("machinery", "设备调试时机械臂误动作伤人"), ("electric", "配电箱检修时触电")),
    "logistics": (("vehicle", "叉车倒车时撞伤装卸工"), ("collapse", "货架倾倒，理货人员被砸伤")),
    "chemicals": (("explosion", "反应釜超压泄爆，操作人员灼伤"), ("poisoning", "溶剂泄漏，多人吸入不适送医")),
    "electronics": (("fire", "电池老化房起火，人员疏散时受伤"), ("machinery", "贴片机检修时手指受伤")),
    "shipbuilding": (("fall", "船坞脚手架坠落"), ("fire", "舱室动火作业引燃残油")),
    "landscaping": (("fall", "高枝修剪时自登高车坠落"),),
    "furniture": (("machinery", "木工锯切割伤手"), ("fire", "除尘管道粉尘燃爆")),
    "mining": (("collapse", "采面片帮，砸伤凿岩工"), ("vehicle", "运矿车侧翻，驾驶员受伤")),
    "printing": (("machinery", "印刷机滚筒卷入手臂"),),
}

_SURNAMES = "陈林黄张李王吴刘蔡杨许郑谢郭洪邱曾廖赖徐周叶苏庄江吕何罗高潘"
_GIVEN = [
    "国强",
    "建华",
    "志明",
    "秀兰",
    "海波",
    "永福",
    "丽萍",
    "大伟",
    "春生",
    "德胜",
    "小燕",
    "文斌",
    "金凤",
    "少军",
]


def person(number: int) -> str:
    """The name of somebody; another number, mostly another name."""
    return _SURNAMES[number * 7 % len(_SURNAMES)] + _GIVEN[number * 5 % len(_GIVEN)]


NATURES = ("高处坠落，属于保险责任", "物体打击，属于保险责任", "机械伤害，属于保险责任", "坍塌，属于保险责任")

DOCUMENTS = (
    {"code": "claim_form", "name": "索赔申请书"},
    {"code": "accident_report", "name": "事故情况说明"},
    {"code": "medical_records", "name": "病历及医疗费用单据"},
    {"code": "labour_contract", "name": "劳动合同及工资证明"},
)
DEATH_CERTIFICATE = {"code": "death_certificate", "name": "死亡证明"}
EXPERT_OPINION = {"code": "expert_opinion", "name": "伤残鉴定意见书"}
