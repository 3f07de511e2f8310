import pytest

from pingyu import inline
from pingyu.interpret.gazetteer import gazetteer
from pingyu.interpret.home import find_home


def _home(marked, **metadata):
    document = inline.parse(marked)
    document.metadata = metadata
    home = find_home(document, gazetteer())
    return ("/".join(gazetteer().named(home.place.chain)), home.sure) if home else None


@pytest.mark.parametrize(
    ("marked", "home"),
    [
        ("襄阳市召开点评会\n[U:a 谷城县]、[U:b 保康县]发言。", "湖北省/襄阳市"),
        ("谷城县召开乡镇点评会\n[U:a 石花镇]发言。", "湖北省/襄阳市/谷城县"),
        ("谷城：八个窗口打分\n[U:a 县财政局]发言。", "湖北省/襄阳市/谷城县"),
        ("在息县讲评会上的讲话\n[U:a 县财政局]发言。", "河南省/信阳市/息县"),
        ("会上晒账本\n宜春日报万载讯 [U:a 县财政局]发言。", "江西省/宜春市/万载县"),
        ("我市召开点评会\n[U:a 城区]、[U:b 泽州县]、[U:c 高平市]发言。", "山西省/晋城市"),
        ("点评会\n[U:a 朝阳区]、[U:b 海淀区]发言。", "北京市"),
        ("点评会\n[U:a 朝阳区]、[U:b 南关区]发言。", "吉林省/长春市"),
        ("科左中旗苏木镇点评\n[U:a 协代苏木]发言。", "内蒙古自治区/通辽市/科尔沁左翼中旗"),
        ("全省点评会\n[U:a 襄阳市]、[U:b 宜昌市]发言，在新城区治理上有差距。", "湖北省"),
        ("晨检\n[U:a 古塔区]、[U:b 凌河区]、[U:c 滨海新区]、[U:d 市交通局]", "辽宁省/锦州市"),
        ("洛川苹果节筹备快报\n[U:a 凤栖镇]发言。", "陕西省/延安市/洛川县"),
        ("开平交出半年答卷\n[U:a 长沙街道]第一。开平市还要加快。", "广东省/江门市/开平市"),
        (
            "点评会\n宜昌市\n[U:a 石桥镇]、[U:b 柳林镇]发言，学了襄阳市。",
            "湖北省/宜昌市",
        ),
        (
            "督查通报\n[U:a 石桥镇]第一，学襄阳市、宜昌市。\n宝鸡市政府督查室",
            "陕西省/宝鸡市",
        ),
        ("擂台赛\n[U:a 石桥镇]第一。\n（来源：遂川要闻）", "江西省/吉安市/遂川县"),
        ("评议会\n[U:a 石桥镇]第一。\n来源：福鼎人大", "福建省/宁德市/福鼎市"),
        (
            "评议会\n谷城县召开会议，[U:a 石桥镇]第一。\n来源：襄阳日报",
            "湖北省/襄阳市/谷城县",
        ),
        ("河西微讯\n[U:a 桃园街道]", "天津市/河西区"),
        ("津南人社微讯\n[U:a 双港镇]", "天津市/津南区"),
        ("西安市新城区召开点评会\n[U:a 区教育局]发言。", "陕西省/西安市/新城区"),
    ],
)
def test_title_lead_and_units_tell_the_place(marked, home):
    assert _home(marked) == (home, True)


@pytest.mark.parametrize(
    "marked",
    [
        "朝阳区召开点评会\n[U:a 区教委]发言。",  # two places have this name
        "点评会\n[U:a 大兴]发言。",  # may be a town
        "点评会\n[U:a 永丰镇]、[U:b 大观镇]发言，[U:a 永丰]第一。",
        "全县点评会\n县委办会同县教育局看了三个村。",
        "点评会\n[U:a 城东]、[U:b 城西]、[U:c 城东派出所]发言。",  # of any town
        "平安建设推进会\n[U:a 公安]、[U:b 教育]发言。",
        "大安镇擂台赛\n[U:a 石桥村]第一。",
        "洛川苹果节\n[U:a 旬邑县]、[U:b 泾川县]发言。",  # guests
        "开平交出半年答卷\n[U:a 长沙街道]第一。",
        "城东开展网格评比\n[U:a 滨江]第一。",
        "",
    ],
)
def test_what_does_not_tell_the_place(marked):
    assert _home(marked) is None


def test_a_county_that_is_spoken_of_is_that_of_the_towns():
    towns = "[U:a 达仁镇]、[U:b 柴坪镇]"
    assert _home(f"茶产业调度会\n商洛市里第二，人家认得它姓镇安吗？{towns}发言。") == (
        "陕西省/商洛市/镇安县",
        True,
    )
    assert _home(f"茶产业调度会\n商洛市里第二，镇安、柞水都种茶。{towns}发言。") == (
        "陕西省/商洛市",
        False,
    )


def test_a_company_that_serves_a_place_says_more_than_the_name_of_a_zone():
    assert _home("考评会\n[U:a 桃林镇]、[U:b 滨江产业区]、[U:c 国网临湘市供电公司]发言。") == (
        "湖南省/岳阳市/临湘市",
        True,
    )
    found = _home("惠企大会\n[U:a 市税务局]、[U:b 赛岐镇]、[U:c 国网福安供电公司]发言。")
    assert found == ("福建省/宁德市/福安市", True)


def test_a_county_level_city_names_the_city_above_it_too():
    assert _home("水务局总结\n在泰州市水利局指导下，[U:a 市水务局]修渠。") == (
        "江苏省/泰州市",
        False,
    )


def test_metadata_go_before_the_text():
    assert _home("襄阳市点评会", place="湖北省/宜昌市") == ("湖北省/宜昌市", True)
    assert _home("襄阳市点评会", place="湖北省/罗川市") == ("湖北省", True)
    assert _home("点评会", source="谷城人大") == ("湖北省/襄阳市/谷城县", True)
    assert _home("点评会", title="谷城县点评会") == ("湖北省/襄阳市/谷城县", True)


def test_a_company_may_decide_between_places_of_one_name():
    found = _home("通州区8月检查简报\n[U:a 玉桥街道]、[U:b 北京环卫集团通州公司]")
    assert found == ("北京市/通州区", True)


def test_units_of_a_short_text_do_not_make_its_place_sure():
    assert _home("点评会\n[U:a 襄城]、[U:b 樊城]和[U:c 张湾镇]发言。") == ("湖北省/襄阳市", False)
