// Internals can be seen in debug builds alone.
#if DEBUG
  import Bytes
  import Foundation
  import TestSupport
  import Testing

  @testable import Spreadsheet

  #if canImport(FoundationXML)
    import FoundationXML
  #endif

  @Suite("Cells of worksheets")
  struct CellTests {
    static func element(_ text: String) -> String {
      var output: [UInt8] = []
      CellText.append(text.utf8.span, to: &output)
      return String(decoding: output, as: UTF8.self)
    }

    static let texts: [(text: String, element: String)] = [
      ("", "<t></t>"), ("a", "<t>a</t>"), ("=1+1", "<t>=1+1</t>"), ("007", "<t>007</t>"),
      ("a b", "<t>a b</t>"), (" a", #"<t xml:space="preserve"> a</t>"#),
      ("a ", #"<t xml:space="preserve">a </t>"#), ("a  b", #"<t xml:space="preserve">a  b</t>"#),
      ("a\nb", "<t xml:space=\"preserve\">a\nb</t>"), ("\t", "<t xml:space=\"preserve\">\t</t>"),
      ("\r", "<t>_x000D_</t>"), ("\r\n", "<t xml:space=\"preserve\">_x000D_\n</t>"),
      ("\0\u{1F}", "<t>_x0000__x001F_</t>"), ("\u{7F}\u{85}", "<t>\u{7F}\u{85}</t>"),
      ("\u{FFFE}\u{FFFF}\u{FFFD}", "<t>_xFFFE__xFFFF_\u{FFFD}</t>"),
      ("<&>\"'", "<t>&lt;&amp;&gt;&quot;'</t>"), ("🇪🇸é", "<t>🇪🇸é</t>"),
      ("_x0041_", "<t>_x005F_x0041_</t>"), ("_x00e9_", "<t>_x005F_x00e9_</t>"),
      ("_X0041_", "<t>_x005F_X0041_</t>"), ("_x0041", "<t>_x0041</t>"), ("__", "<t>__</t>"),
      ("_x004G_", "<t>_x004G_</t>"), ("_x0041_x0041_", "<t>_x005F_x0041_x005F_x0041_</t>"),
      ("_x0041\u{1}", "<t>_x005F_x0041_x0001_</t>"),
      ("_x0041\n", "<t xml:space=\"preserve\">_x0041\n</t>"),
      ("_x0041\u{FFFF}", "<t>_x005F_x0041_xFFFF_</t>"), ("_x0041\u{FFFD}", "<t>_x0041\u{FFFD}</t>"),
    ]

    @Test("hold any text", arguments: texts)
    func text(text: String, element: String) {
      #expect(Self.element(text).utf8.elementsEqual(element.utf8))
    }

    /// What a reader makes of an element: XML first, then the escapes from left to right, as ECMA-376 has them.
    static func read(_ element: String) throws -> String {
      let document = try XMLDocument(xmlString: "<is>\(element)</is>")
      let scalars = Array((document.rootElement()?.stringValue ?? "").unicodeScalars)
      var text = String.UnicodeScalarView()
      var place = 0
      while place < scalars.count {
        if scalars[place] == "_", place + 6 < scalars.count,
          scalars[place + 1].properties.lowercaseMapping == "x",
          scalars[place + 6] == "_",
          scalars[place + 2..<place + 6].allSatisfy({ $0.isASCII && $0.properties.isASCIIHexDigit }
          ),
          let value = UInt32(
            String(String.UnicodeScalarView(scalars[place + 2..<place + 6])),
            radix: 16
          ),
          let scalar = Unicode.Scalar(value)
        {
          text.append(scalar)
          place += 7
        } else {
          text.append(scalars[place])
          place += 1
        }
      }
      return String(text)
    }

    @Test("give back every text to who reads them")
    func law() throws {
      let pieces = [
        "_", "x", "X", "0", "00", "4", "41", "F", "fe", "_x", "_x0041_", "_x0041", "_x005F_",
        "\u{1}", "\r",
        "\n", "\t", " ",
        "&", "<", "]]>", "\"", "é", "🦉", "\u{FFFE}", "\u{FFFF}", "\u{FFFD}", "&amp;", "=",
      ]
      for number in 0..<2000 {
        var generator = SeededGenerator.forCase(number)
        let text = (0..<generator.number(0...12)).map { _ in generator.one(of: pieces) }.joined()
        let element = Self.element(text)
        let read = try Self.read(element)
        #expect(read.utf8.elementsEqual(text.utf8), "seed \(generator.seed): \(element)")
      }
    }

    @Test("count text in UTF-16", arguments: ["", "a", "é", "€", "🦉", "a🇪🇸é€"])
    func length(_ text: String) {
      #expect(CellText.utf16Length(text.utf8.span) == text.utf16.count)
    }

    static let days: [(day: Int, number: String?)] = [
      (0, "25569"), (16_437, "42006"), (-25_508, "61"), (-25_509, nil), (2_932_896, "2958465"),
      (2_932_897, nil),
    ]

    @Test("count days as spreadsheets do", arguments: days)
    func day(day: Int, number: String?) {
      var output: [UInt8] = []
      #expect(SerialTime.append(day: day, to: &output) == (number != nil))
      #expect(String(decoding: output, as: UTF8.self) == number ?? "")
    }

    static let times: [(microseconds: Int64, number: String)] = [
      (0, "25569"), (43_200_000_000, "25569.5"), (999, "25569"), (1000, "25569.000000011574"),
      (-1, "25568.999999988426"), (1_709_251_199_999_999, "45351.999999988426"),
      (1_709_207_999_500_000, "45351.499994212963"),
    ]

    @Test("cut times to the millisecond, towards the past", arguments: times)
    func time(microseconds: Int64, number: String) {
      var output: [UInt8] = []
      #expect(SerialTime.append(microseconds: microseconds, to: &output))
      #expect(String(decoding: output, as: UTF8.self) == number)
    }

    @Test("give back every millisecond")
    func milliseconds() throws {
      for number in 0..<2000 {
        var generator = SeededGenerator.forCase(number)
        let time = Int64(generator.number(946_684_800_000_000...4_102_444_799_999_999))
        var output: [UInt8] = []
        try #require(SerialTime.append(microseconds: time, to: &output))
        let serial = try #require(Double(String(decoding: output, as: UTF8.self)))
        let read = Int64(((serial - 25_569) * 86_400_000).rounded())
        #expect(read == time / 1000, "seed \(generator.seed): \(time)")
      }
    }
  }
#endif
