"""Beginnings of export files in the shape of each tool, with answers made up for the tests."""

from __future__ import annotations

import csv
import io
import tempfile
import zipfile
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import openpyxl
import pandas as pd
import pyreadstat

LABELS = ("非常满意", "满意", "一般", "不满意", "非常不满意")


def csv_text(rows: Sequence[Sequence[str]], *, end: str = "") -> str:
    """Rows as CSV; `end` is written behind every line's last field."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator=f"{end}\n")
    writer.writerows(rows)
    return out.getvalue()


WENJUANXING_HEADER = [
    "序号", "提交答卷时间", "所用时间", "来源", "来源详情", "来自IP",
    "1、您对以下服务的满意度如何？—服务态度", "1、响应速度", "1、满意度",
    "2、您从哪里知道我们", "3、请排序", "4、您有多大可能把我们推荐给朋友", "5、(停车难)", "5、(其他（请补充）:)",
    "6、请输入您的收货地址：—收货人姓名：", "6、详细地址:", "7、您还有什么建议", "总分",
]


def wenjuanxing() -> str:
    """By text: a matrix whose stem stands once, a multiple choice, a ranking, ticks, an address."""
    rows = [
        [
            str(n + 1), f"2026/9/{n + 1} 12:00:00", f"{30 + n}秒", "手机提交", "直接访问", "10.0.0.1(浙江-杭州)",
            LABELS[n % 5], LABELS[(n + 1) % 5], LABELS[n % 3], "朋友┋广告" if n % 2 else "朋友", "价格→质量→服务",
            str(n), str(n % 2), "0", "王小明", "湖滨路1号2幢", "(跳过)" if n % 2 else f"排队的人太多了，第{n}次", "50",
        ]
        for n in range(8)
    ]
    return csv_text([WENJUANXING_HEADER, *rows])


def wenjuanxing_coded() -> str:
    """By number, in the old form of headers: a matrix, a ranking, ticks, skipped answers as codes."""
    header = [
        "序号", "提交答卷时间", "所用时间", "来源", "来源详情", "来自IP", "1、您对本次服务是否满意", "第2题(服务态度)",
        "第2题(响应速度)", "第3题(价格)", "第3题(质量)", "第3题(服务)", "第4题(微信)", "第4题(短信)", "5、您的建议",
    ]
    orders = (("1", "2", "3"), ("2", "3", "1"), ("3", "1", "2"))
    rows = [
        [
            str(n + 1), "2026-09-01 08:00:00", "61秒", "链接", "直接访问", "10.0.0.1(北京)", str(n % 5 + 1),
            str(n % 4 + 1), "-3" if n == 0 else str(n % 5 + 1), *orders[n % 3], str(n % 2), "1",
            "-2" if n % 2 else "希望周末也有人回复",
        ]
        for n in range(10)
    ]
    return csv_text([header, *rows])


def tencent_survey() -> str:
    """Every line ends with a comma; dates in English; one answer judged invalid."""
    header = [
        "编号", "开始答题时间", "结束答题时间", "答题时长", "语言", "清洗数据结果", "地理位置国家和地区",
        "地理位置省", "自定义字段", "IP", "1.您对本次服务是否满意？", "2.您用过哪些渠道:门店", "2.您用过哪些渠道:APP",
        "3.请打分:服务态度", "3.请打分:环境", "4.您还有什么想说的",
    ]
    rows = [
        [
            str(n + 1), "02-Feb-2021 20:26:58", "02-Feb-2021 20:27:09", "11", "简体中文", "无效" if n == 3 else "有效",
            "中国", "浙江", "", "10.0.0.1", f"{'ABCDE'[n % 5]}.{LABELS[n % 5]}", "A.门店" if n % 2 else "", "B.APP",
            str(n % 5 + 1), str(5 - n % 5), "送货的师傅很热情" if n % 2 else "",
        ]
        for n in range(6)
    ]
    return csv_text([header, *rows], end=",")


def tencent_form() -> str:
    header = ["提交者（自动）", "提交时间（自动）", "您对服务态度满意吗（必填）", "您的建议（选填）"]
    rows = [["小王", f"2026年9月{n + 1}日 10:00", LABELS[n % 5], "多开几个收银台就好了"] for n in range(5)]
    return csv_text([header, *rows])


def wenjuanwang_parts() -> dict[str, str]:
    """The three files of the archive."""
    asked = ["1、您对本次服务是否满意", "2、您的评价_服务态度", "2、您的评价_环境", "3、您的建议"]
    words = [["开始时间", "结束时间", "答题时长", *asked]]
    codes = [["start", "finish", "Q1", "Q2_R1", "Q2_R2", "Q3"]]
    for n in range(5):
        times = [f"2026-09-0{n + 1} 10:00:00", f"2026-09-0{n + 1} 10:02:00"]
        words.append([*times, "120", LABELS[n], LABELS[-1 - n], LABELS[n], "希望物流再快一点"])
        codes.append([*times, str(n + 1), str(5 - n), str(n + 1), "希望物流再快一点"])
    book = [["Q1", "您对本次服务是否满意", "单选题"], *(["", str(i + 1), label] for i, label in enumerate(LABELS))]
    book += [["Q2", "您的评价", "矩阵单选题"], *(["", str(i + 1), label] for i, label in enumerate(LABELS))]
    book += [["Q3", "您的建议", "填空题"]]
    return {
        "All_Data_Readable.csv": csv_text(words), "All_Data_Original.csv": csv_text(codes), "code.csv": csv_text(book),
    }


def surveymonkey() -> str:
    """Two header rows: a scale, a multiple choice over three columns, a matrix over two, a text."""
    first = [
        "Respondent ID", "Collector ID", "Start Date", "End Date", "IP Address", "Email Address", "First Name",
        "Last Name", "Custom Data 1", "Overall, how satisfied are you with our service?", "Which did you use?", "", "",
        "How satisfied are you with the following?", "", "What could we do better?",
    ]
    second = [
        "", "", "", "", "", "", "", "", "", "Response", "Store", "App", "Phone", "Staff attitude", "Price",
        "Open-Ended Response",
    ]
    words = ("Very satisfied", "Satisfied", "Neutral", "Dissatisfied", "Very dissatisfied")
    rows = [
        [
            str(11400000000 + n), "42", "09/20/2026 10:00:00 AM", f"09/2{n}/2026 10:05:00 AM", "10.0.0.1",
            "a@example.com", "Ann", "Lee", "", words[n % 5], "Store" if n % 2 else "", "App", "", words[n % 5],
            words[(n + 1) % 5], "Please open earlier on weekends" if n % 2 else "",
        ]
        for n in range(6)
    ]
    return csv_text([first, second, *rows])


def qualtrics(zone: str = "Asia/Shanghai") -> str:
    """Three header rows, a preview and an unfinished answer."""
    names = [
        "StartDate", "EndDate", "Status", "IPAddress", "Progress", "Duration (in seconds)", "Finished", "RecordedDate",
        "ResponseId", "RecipientLastName", "UserLanguage", "Q1", "Q2_1", "Q2_2", "Q3", "Q3_NPS_GROUP", "Q4",
    ]
    asked = [
        "Start Date", "End Date", "Response Type", "IP Address", "Progress", "Duration (in seconds)", "Finished",
        "Recorded Date", "Response ID", "Recipient Last Name", "User Language", "Overall, how satisfied\nare you?",
        "How satisfied are you with - Staff attitude", "How satisfied are you with - Delivery speed",
        "How likely are you to recommend us?", "How likely are you to recommend us? - Group", "Any comments?",
    ]
    zones = [f',"timeZone":"{zone}"' if "Date" in name else "" for name in names]
    ids = [f'{{"ImportId":"{name}"{part}}}' for name, part in zip(names, zones, strict=True)]
    rows = [
        [
            "2026-09-01 20:00:00", "2026-09-01 20:05:00", "Survey Preview" if n == 0 else "IP Address", "10.0.0.1",
            "100", "300", "False" if n == 1 else "True", "2026-09-01 20:05:01", f"R_{n}abc", "", "EN",
            ("Very satisfied", "Neutral", "Dissatisfied")[n % 3], str(n % 5 + 1), str(5 - n % 5), str(n + 3), "Passive",
            "The staff was friendly and quick" if n % 2 else "",
        ]
        for n in range(7)
    ]
    return csv_text([names, asked, ids, *rows])


def formbricks() -> str:
    header = [
        "No.", "Response ID", "Timestamp", "Finished", "Survey ID", "Formbricks ID (internal)", "User ID", "Tags",
        "1. How satisfied are you with our service?", "2. Please rate - Staff attitude", "2. Please rate - Price",
        "3. What should we improve?", "person.plan",
    ]
    rows = [
        [
            str(n + 1), f"cl{n}xyz", f"2026-09-0{n + 1}T10:00:00.000Z", "No" if n == 2 else "Yes", "s1", "i1", f"u{n}",
            "", str(n % 5 + 1), str(n % 5 + 1), str(5 - n % 5), "Shorter queues would help a lot", "free",
        ]
        for n in range(6)
    ]
    return csv_text([header, *rows])


def google_forms() -> str:
    header = [
        "时间戳记", "您对本次服务满意吗？", "请为以下各项打分 [服务态度]", "请为以下各项打分 [环境]",
        "您用过哪些渠道？", "您还有什么建议？",
    ]
    used = ("门店, APP", "门店", "APP, 小程序", "门店, 小程序", "门店, APP, 小程序", "小程序")
    rows = [
        [
            f"2026/09/{n + 1} 3:04:05 下午 GMT+8", LABELS[n % 5], str(n % 5 + 1), str(5 - n % 5), used[n % 6],
            "店里灯光有点暗, 希望亮一些" if n % 2 else "",
        ]
        for n in range(12)
    ]
    return csv_text([header, *rows])


def taobao() -> str:
    header = ["评论ID", "用户昵称", "评价时间", "SKU", "评分", "初评内容", "追评内容", "追评时间", "有图片", "商家回复"]
    rows = [
        ["P1", "小**1", "2026-09-01", "红色", "5分", "很好看", "一个月后掉色了", "2026-10-02", "否", ""],
        ["P2", "小**2", "2026-09-02", "红色", "⭐⭐⭐⭐", "不错", "", "", "是", "谢谢"],
        ["P3", "小**3", "2026-09-03", "蓝色", "2星", "", "还是坏了", "", "否", ""],
    ]
    return csv_text([header, *rows])


def review_tool() -> str:
    header = ["ID", "平台", "用户昵称", "评论内容", "评分", "日期", "SKU", "追加评论", "追加日期"]
    rows = [
        ["1", "淘宝", "a**", "质量很好", "5", "2026-09-01", "黑", "", ""],
        ["2", "京东", "b**", "物流慢", "2", "2026-09-02", "黑", "客服解决了", "2026-09-05"],
    ]
    return csv_text([header, *rows])


def jd() -> str:
    header = ["id", "guid", "content", "creationTime", "score", "nickname", "productColor", "userLevelName", "days"]
    rows = [
        [str(2000 + n), "g", "不错，送货快", f"2026-09-0{n + 1} 10:00:00", str(n + 1), "j***n", "白", "PLUS会员", "3"]
        for n in range(5)
    ]
    return csv_text([header, *rows])


def dianping() -> str:
    header = ["userId", "restId", "rating", "rating_env", "rating_flavor", "rating_service", "timestamp", "comment"]
    rows = [
        [str(n), "88", str(n % 5 + 1), str(n % 5 + 1), str(5 - n % 5), "3", str(1788000000000 + n), "环境好，服务一般"]
        for n in range(8)
    ]
    return csv_text([header, *rows])


def meituan() -> str:
    header = ["index", "reviewbody", "star", "location_traffic", "service_attitude", "price_level"]
    rows = [[str(n), "服务员很热情，菜上得快", str(n % 5 + 1), "-2", str(n % 3 - 1), "1"] for n in range(6)]
    return csv_text([header, *rows])


def spss() -> bytes:
    """Variables with labels, values with words, and a missing value of their own."""
    people = range(8)
    frame = pd.DataFrame({
        "id": [f"S{n:04}" for n in people],
        "at": [datetime(2026, 9, n + 1, 10) for n in people],
        "q1": [99.0 if n == 5 else 5.0 - n % 5 for n in people],
        "q2": [float(n) for n in people],
        "q3": ["周末的人手不太够" if n % 2 else "" for n in people],
    })
    words = {5.0 - place: label for place, label in enumerate(LABELS)} | {99.0: "不适用"}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "made.sav"
        pyreadstat.write_sav(
            frame, str(path), variable_value_labels={"q1": words}, missing_ranges={"q1": [99]},
            column_labels=["答卷编号", "提交时间", "您对本次服务是否满意", "您有多大可能把我们推荐给朋友", "您的建议"],
        )
        return path.read_bytes()


def old_workbook() -> bytes:
    """问卷星's form as Excel 97 wrote it: nothing that writes this format is kept up, so the file lies here."""
    return (Path(__file__).parent / "fixtures" / "survey.xls").read_bytes()


def workbook_with_macros() -> bytes:
    """Orders a day in a workbook that says it has macros, below a sheet of notes and two lines of title."""
    book = openpyxl.Workbook()
    book.active.append(["说明", "由门店系统导出"])
    sheet = book.create_sheet("订单")
    for row in (["各渠道订单"], [], ["日期", "渠道", "订单量"]):
        sheet.append(row)
    for n in range(6):
        sheet.append([datetime(2026, 9, n + 1), ("门店", "APP")[n % 2], 100 + n])
    plain, stream = io.BytesIO(), io.BytesIO()
    book.save(plain)
    with zipfile.ZipFile(plain) as source, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            content = source.read(name)
            if name == "[Content_Types].xml":
                content = content.replace(b"openxmlformats-officedocument.spreadsheetml.sheet.main", _MACRO_TYPE)
            target.writestr(name, content)
        target.writestr("xl/vbaProject.bin", b"no program, only its name")
    return stream.getvalue()


_MACRO_TYPE = b"ms-excel.sheet.macroEnabled.main"


def tab_separated() -> str:
    """Answers in a text file with tabs, commas inside the answers."""
    header = ["答卷编号", "提交时间", "渠道", "整体满意度", "意见"]
    rows = [
        [f"T{n:04}", f"2026-09-{n + 1:02} 09:30:00", ("门店", "在线客服")[n % 2], LABELS[n % 5], "价格,服务都还可以"]
        for n in range(6)
    ]
    return "\n".join("\t".join(line) for line in [header, *rows]) + "\n"
