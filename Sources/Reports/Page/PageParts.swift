// What the templates lay out. Every text in it is markup already.

/// A numbered part of the page.
struct Section {
  let id: Markup
  let heading: Markup
  var blocks: [Block]
  /// Whether it is grey where the results are not to be trusted.
  var resultClass: Markup = ""
}

/// A piece of a part: exactly one of these is there.
struct Block {
  var paragraph: Markup?
  var note: Markup?
  var subheading: Markup?
  var table: TableModel?
  var figures: [Figure]?
  var entries: [Entry]?
  var list: [Markup]?

  static func text(_ markup: Markup) -> Block { Block(paragraph: markup) }
  static func note(_ markup: Markup) -> Block { Block(note: markup) }
  static func heading(_ markup: Markup) -> Block { Block(subheading: markup) }
  static func table(_ table: TableModel) -> Block { Block(table: table) }
  static func figures(_ figures: [Figure]) -> Block { Block(figures: figures) }
  static func entries(_ entries: [Entry]) -> Block { Block(entries: entries) }
  static func list(_ items: [Markup]) -> Block { Block(list: items) }
}

/// A chart and what is said above and beneath it.
struct Figure {
  let chart: Markup
  var heading: Markup?
  var caption: Markup?
}

/// A term and what it means.
struct Entry {
  let term: Markup
  let meaning: Markup
}

/// A table with a header row; the first cell of each row is its header.
struct TableModel {
  /// What it is called, in a few words.
  let label: Markup
  let caption: Markup
  let columns: [Column]
  var rows: [Row]

  struct Column {
    let title: Markup
    var kind: Markup = ""

    static func number(_ title: Markup) -> Column { Column(title: title, kind: "number") }
  }

  struct Row {
    let header: Markup
    let cells: [Cell]
  }

  struct Cell {
    let content: Markup
    var kind: Markup = ""

    static func number(_ content: Markup) -> Cell { Cell(content: content, kind: "number") }
    static func text(_ content: Markup) -> Cell { Cell(content: content) }
    static func names(_ content: Markup) -> Cell { Cell(content: content, kind: "names") }
    static func prose(_ content: Markup) -> Cell { Cell(content: content, kind: "prose") }
    /// Words where a number would be.
    static func words(_ content: Markup) -> Cell { Cell(content: content, kind: "words") }
  }
}

/// The answer, above everything else.
struct Verdict {
  /// `good`, `bad`, `neutral` or `stop`.
  let kind: Markup
  let headline: Markup
  var statements: [Statement] = []
  var remarks: [Markup] = []

  struct Statement {
    let kind: Markup
    let mark: Markup
    let sentence: Markup
  }
}
