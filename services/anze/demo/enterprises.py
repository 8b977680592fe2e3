"""The insurers of the demo, their staff and brokers, and the enterprises that they insure; all of it invented."""

from dataclasses import dataclass

from anze.demo.callers import Json
from anze.tokens import Caller, Role


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits of a policy, in yuan."""

    per_accident: int
    per_person: int
    rescue: int
    medical: int
    aggregate: int | None = None

    def stated(self) -> Json:
        """As a report states them."""
        return {
            "per_accident": yuan(self.per_accident),
            "per_person": yuan(self.per_person),
            "rescue": yuan(self.rescue),
            "medical": yuan(self.medical),
            "aggregate": None if self.aggregate is None else yuan(self.aggregate),
        }


SMALL = Limits(5_000_000, 1_000_000, 300_000, 500_000)
MIDDLE = Limits(10_000_000, 1_200_000, 600_000, 1_000_000, 40_000_000)
LARGE = Limits(30_000_000, 1_500_000, 1_500_000, 3_000_000, 120_000_000)


@dataclass(frozen=True, slots=True)
class Insurer:
    """An insurer: how often it is late with what it owes, and who works there."""

    code: str
    name: str
    region: str
    lateness: float
    """The share of its obligations that it misses."""
    staff: tuple[str, ...]
    """Codes of its adjusters."""
    heeds: int
    """Of so many breaches it leaves one unacknowledged."""

    @property
    def caller(self) -> Caller:
        """Its claims system."""
        return Caller(Role.INSURER, tenant=self.code)

    @property
    def operations(self) -> Caller:
        """Its operations staff."""
        return Caller(Role.OPERATIONS, tenant=self.code)


PICC = Insurer("picc-sz", "中国人保财险深圳分公司", "440300", 0.05, ("sz-lin", "sz-he", "sz-zhou"), 6)
NANLING = Insurer("nanling-sz", "南岭财险深圳分公司", "440300", 0.2, ("nl-wu", "nl-deng"), 2)
JINGYUAN = Insurer("jingyuan-bj", "京垣财险北京分公司", "110000", 0.05, ("bj-zhao", "bj-sun", "bj-qian"), 5)
INSURERS = (PICC, NANLING, JINGYUAN)

BROKERS = {"pengcheng-brokers": "440300", "yanshan-brokers": "110000"}


@dataclass(frozen=True, slots=True)
class Enterprise:
    """An insured enterprise with its policy."""

    name: str
    industry: str
    region: str
    place: str
    limits: Limits
    broker: str | None = None
    determination_days: int | None = None
    """The policy's own term for the decision, in calendar days."""


def yuan(amount: int) -> str:
    """An amount as the APIs take it."""
    return f"{amount}.00"


_PENGCHENG, _YANSHAN = BROKERS

INSURED: dict[str, tuple[Enterprise, ...]] = {
    "picc-sz": (
        Enterprise("深圳市岭湾建筑工程有限公司", "construction", "440306", "宝安区岭湾花园三期工地", LARGE, _PENGCHENG),
        Enterprise("深圳市海砺精密五金有限公司", "metal", "440309", "龙华区海砺工业园二号厂房", SMALL),
        Enterprise("深圳市屿通物流有限公司", "logistics", "440308", "盐田区屿通仓储中心", MIDDLE, _PENGCHENG),
        Enterprise("深圳市澄坊化工科技有限公司", "chemicals", "440310", "坪山区澄坊化工车间", LARGE),
        Enterprise("深圳市禾峦市政工程有限公司", "construction", "440305", "南山区禾峦路管廊工地", LARGE, _PENGCHENG),
        Enterprise("深圳市启砚电子有限公司", "electronics", "440311", "光明区启砚电子厂区", SMALL),
        Enterprise("深圳市锦浔装饰工程有限公司", "construction", "440304", "福田区锦浔大厦装修工地", MIDDLE),
        Enterprise("深圳市渡口船舶修造有限公司", "shipbuilding", "440305", "南山区渡口修船坞", LARGE, None, 330),
    ),
    "nanling-sz": (
        Enterprise("深圳市拓岩爆破工程有限公司", "construction", "440307", "龙岗区拓岩采石场", LARGE, _PENGCHENG),
        Enterprise("深圳市泊川机械设备有限公司", "machinery", "440306", "宝安区泊川装配车间", MIDDLE),
        Enterprise("深圳市麓野园林绿化有限公司", "landscaping", "440303", "罗湖区麓野苗圃", SMALL),
        Enterprise("深圳市梧禾木业有限公司", "furniture", "440307", "龙岗区梧禾家具厂", SMALL, _PENGCHENG),
        Enterprise("深圳市瀚渠水务工程有限公司", "construction", "440310", "坪山区瀚渠泵站工地", LARGE),
        Enterprise("深圳市熠恒涂料有限公司", "chemicals", "440306", "宝安区熠恒涂料仓库", MIDDLE),
    ),
    "jingyuan-bj": (
        Enterprise("北京市燕筑建设工程有限公司", "construction", "110105", "朝阳区燕筑东坝工地", LARGE, _YANSHAN),
        Enterprise("北京市潞桥钢结构有限公司", "metal", "110112", "通州区潞桥钢构厂", MIDDLE),
        Enterprise("北京市良乡岩矿有限公司", "mining", "110111", "房山区良乡岩矿采区", LARGE, _YANSHAN),
        Enterprise("北京市槐里冷链物流有限公司", "logistics", "110115", "大兴区槐里冷链园", MIDDLE),
        Enterprise("北京市空畔航空地服有限公司", "logistics", "110113", "顺义区空畔货运站", MIDDLE, _YANSHAN),
        Enterprise("北京市西麓机电安装有限公司", "construction", "110108", "海淀区西麓科技园安装现场", SMALL),
        Enterprise("北京市丰瑾印务有限公司", "printing", "110106", "丰台区丰瑾印刷车间", SMALL),
    ),
}
