"""Writes cases.tsv: JSON texts, good and bad, and what Python's json makes of them.

A row is: group, verdict (accept, reject, either), notation (rfc8259, or python for one that takes
NaN and the infinities too), the text's bytes in hexadecimal, and json.dumps(json.loads(text),
sort_keys=True) where it is accepted. The verdicts are from RFC 8259; Python must agree with each,
except where the last argument says that hooksift's own limit decides.
"""
import json
import pathlib
import sys

sys.set_int_max_str_digits(0)
sys.setrecursionlimit(10_000)
here = pathlib.Path(__file__).parent
rows = []
seen = set()


def refuse(text):
    raise ValueError(text)


def loads(data, notation="rfc8259"):
    hook = refuse if notation == "rfc8259" else None
    return json.loads(data.decode("utf-8"), parse_constant=hook)


def add(group, verdict, *texts, notation="rfc8259", own_limit=False):
    for text in texts:
        data = text.encode("utf-8") if isinstance(text, str) else text
        if (data, notation) in seen:
            continue
        seen.add((data, notation))
        try:
            expected = json.dumps(loads(data, notation), sort_keys=True)
        except ValueError:
            expected = None
        if verdict != "either" and not own_limit:
            assert (expected is not None) == (verdict == "accept"), (data, verdict)
        if verdict == "reject":
            expected = None
        rows.append([group, verdict, notation, data.hex(), expected or ""])


accept = lambda group, *texts: add(group, "accept", *texts)
reject = lambda group, *texts: add(group, "reject", *texts)
either = lambda group, *texts: add(group, "either", *texts)

# §2, §3: any value is a text; the literal names are lower-case.
accept("structure", "null", "true", "false", "0", '""', "[]", "{}", "[null]", "[true,false]",
       '{"a":null}', '{"":0}', '[[],[[]],{}]', '{"a":{"b":{"c":[]}}}', '[{},{"a":[]}]',
       '[1,"2",3.5,true,null,{"k":[]}]', '{"b":1,"a":2}', '{"a":1,"a":2}', '{"a":1,"b":2,"a":3}',
       '{"a":{"x":1},"a":{"y":2}}', '{"\\u0061":1,"a":2}', '{"a":1,"\\u0061":2,"b":0}',
       '{"\\"":1,"\\\\":2,"/":3,"\\/":4}', '{"\u00e9":1,"e\u0301":2}', '{"\U0001f600":1,"\uffff":2}',
       '{"\\ud83d\\ude00":1,"\U0001f600":2}', '[' + ','.join('0' * 200) + ']',
       '{"nested":{"deep":[{"a":[1,{"b":[2]}]},3]},"z":[]}')
reject("structure", "", "nul", "nulll", "NULL", "True", "tru", "truefalse", "fals", "falsey", "n",
       "t", "f", "[", "]", "{", "}", "[[", "[]]", "{}}", "[{]}", "{[}]", "[1", "[1,", "[,", "[,]",
       "[1,]", "[,1]", "[1,,2]", "[1 2]", '["a" "b"]', "[1:2]", "[1;2]", "[true false]", "[[]1]",
       "[[1,]]", "(1)", "<1>", "{a:1}", "{'a':1}", '{"a"}', '{"a":}', '{"a":1,}', '{,"a":1}',
       '{,}', '{"a":1,,"b":2}', '{"a":1 "b":2}', '{"a" 1}', '{"a",1}', '{"a"::1}', '{"a":1:2}',
       '{:1}', '{1:2}', '{null:1}', '{true:1}', '{[]:1}', '{{}:1}', '{"a":1', '{"a":', '{"a"',
       '{"a', '{"a":1]', '["a":1]', '{"a","b"}', '{"a":[}', '{"a":{]', "undefined", "None",
       "'a'", "`a`", "[...]", "=1", "&", "\\", "/", "-", "+", ".", ",", ":", "@", "#", "$")
reject("trailing", "null null", "1 2", "[] []", "{} {}", "[]x", "{}x", '""x', '"a""b"', "1,", "[],",
       "{};", "true;", "null\0", "[1]\0", "1]", "1}", '"a"]', "[]#", "{}//x", "{}/**/", "[]\ufeff")
reject("comments", "// x\n1", "/* x */1", "[1/*,2*/]", "[1,//\n2]", "# x\n1", '{"a":1/**/}')

# §2: white space is space, tab, line feed and carriage return, and nothing else.
accept("white space", " 1", "1 ", "\t1", "1\t", "\n1", "1\n", "\r1", "1\r", " \t\n\r1\r\n\t ",
       "[ ]", "[\n]", "{ }", "{\r\n}", "[ 1 , 2 ]", "[1\n,\n2]", '{ "a" : 1 , "b" : 2 }',
       '{\t"a"\t:\t1\t}', ' { "a" : [ 1 , { } , [ ] ] } ', " " * 100 + "0" + " " * 100)
reject("white space", " ", "\n", "\t\t", "\r\n", "\v1", "1\f", "\f", "\u00a01", "1\u00a0",
       "\u20281", "\u20291", "\u30001", "\u200b1", "\u2060[]", "[\u00a0]", "[\v]", "[\0]", "\0",
       "[1,\f2]", '{"a"\u00a0:1}', "\b1", "\x7f1", "\x1e1", "t rue", "- 1", "1 .5", "1. 5", "1 e5",
       "1e 5", '"\\ n"', "nu ll", "\x851", "\u16801")
either("byte-order mark", "\ufeff1", "\ufeff{}", "\ufeff[]", "\ufeff")
reject("encodings", "1".encode("utf-16-le"), "[]".encode("utf-16"), "{}".encode("utf-16-be"),
       "1".encode("utf-32-le"), "[]".encode("utf-32"), b"\xef\xbb1", b"\xef\xbb", b"\xfe\xff")

# §6: numbers.
accept("numbers", "-0", "1", "-1", "10", "123", "1234567890", "0.0", "-0.0", "0.5", "1.0",
       "-1.5", "0.10", "1.000", "1e1", "1E1", "1e+1", "1E+1", "1e-1", "1E-1", "0e0", "0e1", "0E-0",
       "-0e+0", "1.5e3", "1.5E-3", "-1.5e+300", "1e00", "1e01", "1e-0001", "9007199254740993",
       "9223372036854775807", "-9223372036854775808", "9223372036854775808",
       "-9223372036854775809", "18446744073709551616", "1" + "0" * 400, "-" + "9" * 500,
       "0." + "0" * 300 + "1", "0." + "1" * 400, "1." + "0" * 100, "3.141592653589793",
       "2.2250738585072014e-308", "5e-324", "1.7976931348623157e308", "123456789012345678901.5",
       "[-0,0,0.0,-0.0]", "[1e5]", '{"a":-1e-7}', "1e16", "1e15", "1e21", "123e-20", "0.0001", "0.00001")
either("numbers beyond doubles", "1e400", "-1e400", "1e-400", "-1e-400", "1e999999999999999999999",
       "1e-999999999999999999999", "0e999999999999999999999", "9" * 310 + ".0", "4.9e-325")
reject("numbers", "+1", "+0", "--1", "-+1", "++1", "01", "-01", "00", "-00", "00.5", "012", "0123e1",
       ".5", "-.5", "+.5", "5.", "-5.", "0.", "1.e5", "1.e", ".e5", "e5", "E", "-e5", "1e", "1E",
       "1e+", "1e-", "1E+", "1e1.5", "1e1e1", "1.5.5", "1..5", "1ee5", "1e++5", "1e+-5", "0x1",
       "0x10", "0X1", "0b1", "0o7", "1_000", "1,000", "1'000", "1L", "1f", "1.0d", "1n", "1j",
       "\u0661", "\uff11", "1\u0662", "1.\u0663", "1e\u0664", "\u22121", "\u00b2", "\u00bd", "\u221e",
       "-a", "-\"1\"", "- ", "-[1]", "-null", "1-", "1+1", "1-1", "1/2", "[-]", "[1.]", "[.1]",
       "[01]", "[1e]", '{"a":-}', '{"a":01}', '{"a":1.}', "$1", "1%", "NaN", "-NaN", "nan", "Infinity",
       "-Infinity", "+Infinity", "inf", "-inf", "Inf", "[NaN]", "[Infinity]", "[-Infinity]",
       '{"a":NaN}', '{"a":-Infinity}', "1.0E+", "0e", "0e+", "-0.", "-0e", "1a", "0a")
add("not finite", "accept", "NaN", "Infinity", "-Infinity", "[NaN]", "[Infinity,-Infinity,NaN]",
    '{"a":NaN,"b":[-Infinity]}', " NaN ", "[1,NaN,2.5]", '{"NaN":NaN}', notation="python")
add("not finite", "reject", "-NaN", "+NaN", "+Infinity", "nan", "NAN", "Nan", "inf", "-inf",
    "infinity", "INFINITY", "Na", "N", "NaNN", "NaN1", "I", "Inf", "-I", "-Inf", "-Infinit",
    "Infinityy", "Infinity1", "-Infinity0", "- Infinity", "--Infinity", "[NaN", "[NaN,]", "{NaN:1}",
    "1NaN", "NaN.0", "NaNe1", "Infinity.0", "-InfinityInfinity", "0Infinity", "NaN NaN",
    notation="python")

# §7: strings.
accept("strings", '"a"', '" "', '"abc def"', '"/"', '"\x7f"', '"\'"', '"\u00e9"', '"\u20ac"',
       '"\U0001f600"', '"\u2028\u2029"', '"\ufeff"', '"\ufffd"', '"\uffff"', '"\ufffe"',
       '"\U0010ffff"', '"\u0080"', '"\u07ff"', '"\u0800"', '"\ud7ff"', '"\ue000"', '"\U00010000"',
       '"e\u0301"', '"' + "x" * 15 + '"', '"' + "x" * 16 + '"', '"' + "x" * 17 + '"',
       '"' + "x" * 1000 + '"', '"' + "\u00e9" * 100 + '"', '["", "\\"", "a"]', '"{}[]:,"',
       '"null"', '"/* */"', '"\u200b\u00a0"', '"' + "a" * 14 + '\\"' + '"', '"' + "a" * 15 + '\\\\"')
reject("strings", '"', '"a', 'a"', '"a\'', '"""', '"a"b"', '"\\"', '"\\\\\\"', '"a\nb"', '"a\rb"',
       '"a\tb"', '"\0"', '"\x01"', '"\x08"', '"\x0b"', '"\x0c"', '"\x1f"', '"a\x1eb"', '["a]',
       '["a', '["a,"b"]', '{"a\n":1}', '"' + "x" * 15 + "\n" + '"', '"' + "x" * 16 + "\t" + '"',
       '"' + "x" * 31 + "\0" + '"', '"' + "x" * 16, '"' + "x" * 31, "\u201ca\u201d", '\\"a"')
accept("escapes", '"\\""', '"\\\\"', '"\\/"', '"\\b"', '"\\f"', '"\\n"', '"\\r"', '"\\t"',
       '"\\b\\f\\n\\r\\t\\"\\\\\\/"', '"\\u0000"', '"\\u0001"', '"\\u001f"', '"\\u0020"',
       '"\\u0041"', '"\\u00e9"', '"\\u00E9"', '"\\u20ac"', '"\\u20AC"', '"\\uabcd"', '"\\uABCD"',
       '"\\uAbCd"', '"\\uffff"', '"\\uFFFE"', '"\\u2028"', '"\\u007f"', '"\\u0080"', '"\\u07ff"',
       '"\\u0800"', '"\\ud7ff"', '"\\ue000"', '"\\ud83d\\ude00"', '"\\uD83D\\uDE00"',
       '"\\ud800\\udc00"', '"\\udbff\\udfff"', '"a\\ud83d\\ude00b"', '"\\\\u0041"', '"\\\\\\u0041"',
       '"\\u005cn"', '"\\u0022"', '"\\u00411"', '"\\u0041\\u0042"', '{"\\n":"\\t"}')
either("lone surrogates", '"\\ud800"', '"\\udbff"', '"\\udc00"', '"\\udfff"', '"a\\ud800b"',
       '"\\ud800\\ud800"', '"\\udc00\\ud800"', '"\\udc00\\udc00"', '"\\ud800\\u0041"', '"\\ud800\\n"',
       '"\\ud800\\\\udc00"', '"\\ud800x\\udc00"', '"\\ud800\\ud83d\\ude00"',
       '"\\ud83d\\ude00\\ude00"', '{"\\ud800":1,"\\udc00":2}', '"\\ud800\u00e9"', '"\\uD800\\uE000"')
reject("escapes", '"\\a"', '"\\v"', '"\\0"', '"\\x41"', '"\\\'"', '"\\ "', '"\\\n"', '"\\N"', '"\\T"',
       '"\\U0041"', '"\\u"', '"\\u0"', '"\\u00"', '"\\u004"', '"\\u004', '"\\u0041', '"\\u004g"',
       '"\\ug041"', '"\\u 041"', '"\\u+041"', '"\\u-041"', '"\\u0x41"', '"\\u{41}"', '"\\u00_1"',
       '"\\u004\\"', '"\\', '"\\u', '"\\u1', '"\\u12', '"\\u123', '"\\ud800\\u"', '"\\ud800\\udc0"',
       '"\\ud800\\x"', '"\\ud800\\', '"\\\u00e9"', '"\\\U0001f600"', '"\\uff\uff11\uff11"',
       '"\\1"', '"\\e"', '"\\z"', '"\\("', '"\\\0"', '\\u0041', '"\\u00\u00e9"', '{"\\x":1}', '{"\\u12":1}')

# §8.1: UTF-8 (RFC 3629).
quoted = lambda data: b'"' + data + b'"'
accept("utf-8", *(quoted(d) for d in (
    b"\xc2\x80", b"\xdf\xbf", b"\xe0\xa0\x80", b"\xec\xbf\xbf", b"\xed\x80\x80", b"\xed\x9f\xbf\x20",
    b"\xee\x80\x80\x20", b"\xef\xbf\xbf\x20", b"\xf0\x90\x80\x80\x20", b"\xf3\xbf\xbf\xbf",
    b"\xf4\x80\x80\x80", b"\xf4\x8f\xbf\xbf\x20", b"a\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80z")))
reject("utf-8", *(quoted(d) for d in (
    b"\x80", b"\xbf", b"\xc0", b"\xc1", b"\xc2", b"\xdf", b"\xe0", b"\xe2\x82", b"\xf0\x9f\x98",
    b"\xf0\x9f", b"\xf0", b"\xf5", b"\xf8", b"\xfc", b"\xfe", b"\xff", b"\x80\x80",
    b"\xc3\x28", b"\xc3\xc3\xa9", b"\xe2\x28\xa1", b"\xe2\x82\x28", b"\xf0\x28\x8c\xbc",
    b"\xf0\x90\x28\xbc", b"\xf0\x90\x8c\x28", b"a\xa9", b"\xe9", b"caf\xe9!", b"\xa0",
    # too long
    b"\xc0\x80", b"\xc0\xaf", b"\xc1\xbf", b"\xe0\x80\x80", b"\xe0\x80\xaf", b"\xe0\x9f\xbf",
    b"\xf0\x80\x80\x80", b"\xf0\x80\x80\xaf", b"\xf0\x8f\xbf\xbf", b"\xf8\x88\x80\x80\x80",
    b"\xfc\x84\x80\x80\x80\x80", b"\xc0\xa2", b"\xc1\x9c",
    # surrogates
    b"\xed\xa0\x80", b"\xed\xaf\xbf", b"\xed\xb0\x80", b"\xed\xbf\xbf", b"\xed\xa0\xbd\xed\xb8\x80",
    # beyond U+10FFFF
    b"\xf4\x90\x80\x80", b"\xf4\xbf\xbf\xbf", b"\xf5\x80\x80\x80", b"\xf7\xbf\xbf\xbf",
    b"\xf8\x87\xbf\xbf\xbf",
    # where vectors of 16 bytes meet
    b"x" * 15 + b"\xff", b"x" * 14 + b"\xc3", b"x" * 16 + b"\x80", b"x" * 30 + b"\xe2\x82")))
reject("utf-8", b'"\xc3', b'"\xe2\x82', b'"\xf0\x9f\x98', b"\xff", b"\xc3\xa9", b"[\xff]", b"[1\xa0]",
       b'{"\xff":1}', b'{"a":"\xff"}', b'{\xe9:1}', b'"a"\xff', b"\xff\xfe[]", b'["\\u00e9\xe9"]')

# Depth: hooksift reads 512 levels.
depth = lambda n, o="[", c="]", inner="": o * n + inner + c * n
accept("depth", depth(2), depth(63), depth(64), depth(65), depth(128), depth(129, inner="1"),
       depth(511), depth(512), depth(512, '{"a":', "}", "0"), depth(256, '[{"a":', "}]", "0"),
       depth(256, '{"a":[', "]}"), "[" + ",".join([depth(70), '{"a":1}', depth(66, '{"k":', "}", "[]"), "2"]) + "]")
add("depth", "reject", depth(513), depth(512, inner="[]"), depth(512, inner="{}"),
    depth(513, '{"a":', "}", "0"), depth(600), "[1," + depth(512) + "]", own_limit=True)
reject("depth", "[" * 512, "[" * 511 + "]" * 512, "[" * 512 + "]" * 511, depth(64)[:-1] + "}",
       depth(65, '{"a":', "}", "0")[:-1] + "]", "[" * 64 + "{" + "]" + "]" * 64,
       '{"a":' * 65 + "[}" + "}" * 65)

(here / "cases.tsv").write_text("".join("\t".join(row) + "\n" for row in rows))
counts = {v: sum(row[1] == v for row in rows) for v in ("accept", "reject", "either")}
print(len(rows), counts)
