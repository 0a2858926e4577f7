package literals

var ints = []any{0, 7, 1_000, 0b1011, 0B1, 0o17, 017, 0xDead_beef, 0x_1}
var floats = []any{0., .5, 1e9, 1E-3, 0x1p-2, 0x1.8P1, 1_0.2_5e1_0, 08.5, 09i}
var imags = []any{1i, 0x2i, 1.5e2i, 0b1i}
var runes = []any{'a', 'é', '\n', '\'', '\\', '\x41', '\101', '\u00e9', '\U0001F600'}
var strings = []any{"", "a\tb\"", `raw \n`, "日本", "\u65e5\xff\377"}
var name, größe, _x9, 変数 = 1, 2, 3, 4
