"""Numbers in names 序号: 第二十一, 21, 二〇一."""

DIGITS = {
    digit: value
    for row in ("0123456789", "零一二三四五六七八九", "〇壹贰叁肆伍陆柒捌玖", "○")
    for value, digit in enumerate(row)
}
UNITS = {"十": 10, "拾": 10, "百": 100}
NUMERALS = "".join([*DIGITS, *UNITS])


def number(text: str) -> int:
    """The value of a text of numerals alone: digit by digit, or in tens and hundreds."""
    value, digit = 0, 0
    if UNITS.keys().isdisjoint(text):
        for numeral in text:
            value = 10 * value + DIGITS[numeral]
        return value
    for numeral in text:
        if numeral in UNITS:
            value, digit = value + (digit or 1) * UNITS[numeral], 0
        else:
            digit = 10 * digit + DIGITS[numeral]
    return value + digit
