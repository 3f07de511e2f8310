"""How names of places and units are built: the words at their end that say of which kind they are."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

_PEOPLES = (
    "蒙古|回|藏|维吾尔|苗|彝|壮|布依|朝鲜|满|侗|瑶|白|土家|哈尼|哈萨克|傣|黎|傈僳|佤|畲|拉祜|水|东乡|纳西|景颇|"
    "柯尔克孜|土|达斡尔|仫佬|羌|布朗|撒拉|毛南|仡佬|锡伯|塔吉克|怒|鄂温克|裕固|独龙|鄂伦春|门巴|珞巴|保安|俄罗斯|"
    "普米|阿昌|德昂|基诺|京|赫哲|塔塔尔|乌孜别克|高山|各"
)
_GOVERNMENT = re.compile(
    r"(?:人民政府|政府|党工委|(?<!机关)工委|(?<!机关)党委|(?<!城市)(?<!监督)管理委员会|管委会)$"
)
_STEM_AND_KIND = re.compile(
    rf"(..+?)((?:(?:{_PEOPLES})族|(?<!内)蒙古|哈萨克|柯尔克孜|锡伯|维吾尔|塔吉克)*自治[区州县旗]|特别行政区|"
    rf"街道办事处|街道|地区|新区|(?<=神农架)林区|特区|(?:(?:{_PEOPLES})族)*[乡镇区]|[省市州盟县旗]|苏木)$"
)
LEVEL = re.compile(r"^(?:自治)?[省市州盟县区旗镇乡]$")
LEVEL_BEFORE = re.compile(r"^(?:自治[区州县旗]|[省州盟县区旗]|市(?![场容]))(?=..)")

VILLAGE = re.compile(r"(?:村|社区|居委会|村委会|嘎查)$")

PROVINCE, CITY, DISTRICT, COUNTY = "province", "city", "district", "county"
TOWN, SUBDISTRICT, BUREAU, ZONE = "town", "subdistrict", "bureau", "zone"
ENTERPRISE, SCHOOL, HOSPITAL, OTHER = "enterprise", "school", "hospital", "other"
PLACE_KINDS = (PROVINCE, CITY, DISTRICT, COUNTY)

# the first that fits decides; a name that is in the gazetteer is what the gazetteer says
_UNIT_KINDS = tuple(
    (kind, re.compile(pattern))
    for kind, pattern in (
        (SUBDISTRICT, r"街道(?:办事处|办)?$|街办$|(?<!步行)(?<!商业)(?<!美食)(?<=..)街$"),
        (
            HOSPITAL,
            r"(?:医院(?:[总分]院|[东西南北新老]院区)?|卫生院(?:[东西南北新]?[分总]院)?|保健院|防治院|医共体|卫生服务(?:中心|站)|卫生室)$",
        ),
        (
            SCHOOL,
            r"(?:[学党技]校|[大中小]学|[初高]中|学院|幼儿园|[一二三四五六七八九十\d][中小]|附[中小]|完小|校区|职高|职业?教育?中心)$",
        ),
        (
            ENTERPRISE,
            r"^(?:国网|中国(?:移动|联通|电信|邮政|铁塔|石油|石化|银行|人寿|人保))|"
            r"(?:公司|集团|银行|[分支商]行|信用(?:联)?社|合作联社|信合联社|农信社|农信联社|营业部|厂|物业|[煤矿药实置产钢酒林渔牧]业|"
            r"煤矿|股份|控股|[城交文旅农水产建国]投|[木纸]业|建工|路桥|监理|保洁|环卫|(?<!生态)环境|咨询|[财产]险|中燃|水泥|化工|钢铁|焦化|[磷硅铝铜锌]业|[石铁金铜磷锌铅]矿|(?<!交通)运输|公交|批发部|货运部|物流|建材|纺织|电器|配件|货运|"
            r"(?<![城乡住房础])建设|建筑|项目部|供电[所局站]|营业[厅所点]|物管[站部处]|劳务队|门市|加油站|担保|药房|药房.{1,6}店|(?<=..)市政|美容院|养殖场|奶牛场|屠宰[场点]|种植园|水务|燃气|热力|供电|电力|能源|地产|置地|科技|酒店|宾馆|超市|商场|商厦|汽车[总东南西北]?站|客运站|配载站|重工|车队|运输[队部]|"
            r"合作社)$",
        ),
        (
            ZONE,
            r"(?:(?:开发|高新|经开|园|示范|合作|投资|度假|保税|综保|集聚|聚集|集中|试验|实验|管理|旅游|风景|景|功能|片|港|自贸|"
            r"拓展|先行|先导|物流|经济|科创|化工|工业|产业|矿|工|林|新|名胜)区|(?<![公花果陵校田庄家嘉])园|新城|科学城|(?:产业|装备|制造|化工|能源|加工)基地)$",
        ),
        (
            OTHER,
            r"(?:村|社区|居委会|村委会(?:[\u4e00-\u9fff]{2,5})?|嘎查|管区|公园|[林农牧渔茶种菜]场|[农商]贸城|水库|自然保护区|食堂|市场|花园|[家嘉]园|家属院|公寓|宿舍|小区|(?:安置|家属|生活|居民)区|塆|业委会|自管会|自治组|村民小组|[一二三四五六七八九十]组|[〇一二三四五六七八九十百\d]团|"
            r"法[院庭]|检察院|工会|工商联|人大|政协|[妇残侨文]联|[科侨文记]协|共青团|团委)$",
        ),
        (TOWN, r"[镇乡]$|苏木$"),
        (PROVINCE, r"(?:省|自治区|特别行政区)$"),
        (CITY, r"[市州盟]$|地区$"),
        (DISTRICT, r"区$"),
        (COUNTY, r"[县旗]$"),
        (
            BUREAU,
            r"[局委办会厅署院所站室处科股段队部组台馆司团联社心班]$|窗口$|专班|分局|机关$|海关$|[国地]税$|[党农]?工委$",
        ),
    )
)
_REMEMBERED = 4096  # names: a document asks for the same ones again and again
_GOVERNED_ZONE = re.compile(r"(?:管理委员会|管委会)$")


@dataclass(frozen=True, slots=True)
class Name:
    """`stem + kind + government` is the name: 清河 + 区 + 人民政府. A stem has two characters or
    more: 赵县 is a stem."""

    stem: str
    kind: str
    government: str

    @property
    def bare(self) -> str:
        """The name without its government."""
        return self.stem + self.kind


@lru_cache(_REMEMBERED)
def split(name: str) -> Name:
    """A name into its parts."""
    government = _GOVERNMENT.search(name)
    bare = name[: government.start()] if government else name
    parts = _STEM_AND_KIND.match(bare)
    at = parts.end(1) if parts else len(bare)
    return Name(bare[:at], bare[at:], name[len(bare) :])


@lru_cache(_REMEMBERED)
def unit_kind(name: str) -> str | None:
    """The kind that the end of a name tells: 县财政局 → bureau; None: a name without a kind (密云)."""
    for text in (split(name).bare, name):  # 市委教育工委 has its kind in the part that others lose
        for kind, pattern in _UNIT_KINDS:
            if pattern.search(text):
                # 湖滨村管委会 and 车站地区管委会 run neither a village nor a prefecture, nor is
                # 纺织工业城管委会 a bureau
                if kind == BUREAU and split(name).government in ("管委会", "管理委员会"):
                    return ZONE
                governs = kind in (OTHER, CITY) and _GOVERNED_ZONE.search(name)
                return ZONE if governs else kind
    return None
