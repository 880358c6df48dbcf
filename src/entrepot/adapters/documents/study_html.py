"""A report of a study as one HTML file: its own style, pictures inside, nothing from outside."""

from __future__ import annotations

from html import escape

from entrepot.adapters.documents.pictures.maker import PictureMaker
from entrepot.services.charts import Form, Paper
from entrepot.services.study_page import (
    Block,
    Card,
    Cards,
    Heading,
    Page,
    PageTable,
    Paragraph,
    Picture,
)

PAPER = Paper(width=920, height=420)
STYLE = """
:root{--ink:#1c2733;--dim:#5b6875;--line:#dde3e9;--soft:#f5f7f9;--good:#12704a;--bad:#a8321f;
--mark:#8a5a00;--markbg:#fff4d9;--blue:#0f5ea8}
*{box-sizing:border-box}
body{margin:0;color:var(--ink);background:#fff;font:16px/1.55 "Entrepot Sans","Noto Sans",
"PingFang HK","Microsoft JhengHei","Noto Sans CJK HK",system-ui,sans-serif}
main{max-width:980px;margin:0 auto;padding:40px 28px 64px}
h1{font-size:30px;line-height:1.2;margin:0 0 10px;letter-spacing:-.01em}
.lead{font-size:18px;color:var(--dim);margin:0 0 20px;max-width:46em}
h2:first-letter,h3:first-letter{text-transform:uppercase}
h2{font-size:21px;margin:44px 0 10px;padding-top:14px;border-top:1px solid var(--line)}
p{margin:0 0 12px;max-width:50em}
nav{margin:0 0 22px;font-size:14px}nav a{color:var(--blue);margin-right:14px;text-decoration:none}
.cards{display:grid;grid-template-columns:repeat(auto-fit,minmax(270px,1fr));gap:14px;
margin:18px 0 8px}
.card{border:1px solid var(--line);border-radius:10px;padding:14px 16px;background:var(--soft)}
.card h3{margin:0 0 8px;font-size:14.5px;font-weight:600;color:var(--dim)}
.card .pair{display:flex;gap:18px;align-items:baseline}
.card .pair div{display:flex;flex-direction:column}
.card small{font-size:12px;color:var(--dim)}.card b{font-size:23px;font-weight:650}
.card .old b{color:var(--dim);font-weight:500}
.card p{margin:8px 0 0;font-size:13px;color:var(--dim)}
.card p.good{color:var(--good)}.card p.bad{color:var(--bad)}
.badge{display:inline-block;font-size:12px;line-height:1.4;padding:1px 8px;border-radius:9px;
background:var(--markbg);color:var(--mark);border:1px solid #ecd9a6;white-space:nowrap}
.wide{overflow-x:auto;margin:10px 0 20px}
table{border-collapse:collapse;width:100%;font-size:14px;font-variant-numeric:tabular-nums}
caption{text-align:left;color:var(--dim);padding:0 0 6px;font-size:14px}
th,td{text-align:left;padding:6px 8px;border-bottom:1px solid var(--line);
vertical-align:top}
th{font-weight:600;color:var(--dim);vertical-align:bottom;max-width:150px}
th.n,td.n{text-align:right}td.n{white-space:nowrap}
figure{margin:16px 0 24px}figure svg{width:100%;height:auto;display:block;
border:1px solid var(--line);border-radius:8px}
footer{margin-top:48px;padding-top:14px;border-top:1px solid var(--line);color:var(--dim);
font-size:13px;overflow-wrap:anywhere}
@media print{main{max-width:none;padding:0}h2{break-after:avoid}figure,table{break-inside:avoid}}
"""


def study_html(page: Page) -> bytes:
    """Return a report as the bytes of an HTML file.

    Args:
        page: finished words, tables and charts.

    Raises:
        Fault: a picture cannot be drawn.
    """
    links = "".join(
        f'<a href="#{escape(block.anchor)}">{escape(block.text)}</a>'
        for block in page.blocks
        if isinstance(block, Heading)
    )
    body = "\n".join(_block(block, number) for number, block in enumerate(page.blocks))
    text = f"""<!DOCTYPE html>
<html lang="{escape(page.language)}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(page.title)}</title>
<style>{STYLE}</style>
</head>
<body>
<main>
<h1>{escape(page.title)}</h1>
<p class="lead">{escape(page.lead)}</p>
<nav>{links}</nav>
{body}
<footer>{escape(page.foot)}</footer>
</main>
</body>
</html>
"""
    return text.encode()


def _block(block: Block, number: int) -> str:
    if isinstance(block, Heading):
        return f'<h2 id="{escape(block.anchor)}">{escape(block.text)}</h2>'
    if isinstance(block, Paragraph):
        mark = f'<span class="badge">{escape(block.mark)}</span> ' if block.mark else ""
        return f"<p>{mark}{escape(block.text)}</p>"
    if isinstance(block, Cards):
        return f'<div class="cards">{"".join(_card(card, block) for card in block.cards)}</div>'
    if isinstance(block, PageTable):
        return _table(block)
    return _picture(block, number)


def _card(card: Card, words: Cards) -> str:
    tone = {True: ' class="good"', False: ' class="bad"', None: ""}[card.is_better]
    return (
        f'<section class="card"><h3>{escape(card.title)}</h3><div class="pair">'
        f'<div class="old"><small>{escape(words.before)}</small><b>{escape(card.before)}</b></div>'
        f"<div><small>{escape(words.after)}</small><b>{escape(card.after)}</b></div></div>"
        f"<p{tone}>{escape(card.change)}</p></section>"
    )


def _table(table: PageTable) -> str:
    def cell(tag: str, place: int, text: str) -> str:
        shown = escape(text)
        if text in table.badges:
            shown = f'<span class="badge">{shown}</span>'
        side = ' class="n"' if place in table.numbers else ""
        scope = ' scope="col"' if tag == "th" else ""
        return f"<{tag}{scope}{side}>{shown}</{tag}>"

    head = "".join(cell("th", place, text) for place, text in enumerate(table.head))
    rows = "\n".join(
        "<tr>" + "".join(cell("td", place, text) for place, text in enumerate(row)) + "</tr>"
        for row in table.rows
    )
    caption = f"<caption>{escape(table.caption)}</caption>" if table.caption else ""
    return (
        f'<div class="wide"><table>{caption}<thead><tr>{head}</tr></thead>'
        f"<tbody>\n{rows}\n</tbody></table></div>"
    )


def _picture(picture: Picture, number: int) -> str:
    drawn = PictureMaker().draw(picture.chart, Form.SVG, PAPER).decode()
    drawn = drawn.partition("?>")[2].strip()
    # Names of elements are unique in a page, and every picture brings the same two.
    for name in ("title", "about"):
        drawn = drawn.replace(
            f'<{"title" if name == "title" else "desc"} id="{name}">',
            f'<{"title" if name == "title" else "desc"} id="{name}-{number}">',
        )
    drawn = drawn.replace(
        'aria-labelledby="title about"', f'aria-labelledby="title-{number} about-{number}"'
    )
    return f"<figure>{drawn}<figcaption hidden>{escape(picture.text)}</figcaption></figure>"
