internal import Bytes

/// The parts of a workbook with one sheet, but for the rows (ECMA-376 Part 1, §12 and §18).
enum WorkbookParts {
  static let sheetName = "xl/worksheets/sheet1.xml"
  static let workbookName = "xl/workbook.xml"

  private static let declaration = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"
  private static let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
  private static let package = "http://schemas.openxmlformats.org/package/2006"
  private static let document =
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
  private static let content = "application/vnd.openxmlformats-officedocument.spreadsheetml"

  /// The parts that do not depend on the table, which stand before the rows.
  static let fixed: [(name: String, text: String)] = [
    (
      "[Content_Types].xml",
      """
      \(declaration)<Types xmlns="\(package)/content-types">\
      <Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>\
      <Default Extension="xml" ContentType="application/xml"/>\
      <Override PartName="/\(workbookName)" ContentType="\(content).sheet.main+xml"/>\
      <Override PartName="/\(sheetName)" ContentType="\(content).worksheet+xml"/>\
      <Override PartName="/xl/styles.xml" ContentType="\(content).styles+xml"/></Types>
      """
    ),
    (
      "_rels/.rels",
      """
      \(declaration)<Relationships xmlns="\(package)/relationships">\
      <Relationship Id="rId1" Type="\(document)/officeDocument" Target="\(workbookName)"/></Relationships>
      """
    ),
    (
      "xl/_rels/workbook.xml.rels",
      """
      \(declaration)<Relationships xmlns="\(package)/relationships">\
      <Relationship Id="rId1" Type="\(document)/worksheet" Target="worksheets/sheet1.xml"/>\
      <Relationship Id="rId2" Type="\(document)/styles" Target="styles.xml"/></Relationships>
      """
    ),
    ("xl/styles.xml", styles),
  ]

  /// The formats of ``CellStyle``.
  private static var styles: String {
    let own = CellStyle.allCases.compactMap { style in
      style.formatCode.map { "<numFmt numFmtId=\"\(style.formatNumber)\" formatCode=\"\($0)\"/>" }
    }
    let cells = CellStyle.allCases.map { style in
      """
      <xf numFmtId="\(style.formatNumber)" fontId="\(style == .header ? 1 : 0)" fillId="0" borderId="0" xfId="0" \
      applyNumberFormat="1" applyFont="1"/>
      """
    }
    let font = "<sz val=\"11\"/><name val=\"Calibri\"/><family val=\"2\"/>"
    return """
      \(declaration)<styleSheet xmlns="\(main)">\
      <numFmts count="\(own.count)">\(own.joined())</numFmts>\
      <fonts count="2"><font>\(font)</font><font><b/>\(font)</font></fonts>\
      <fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>\
      <borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>\
      <cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>\
      <cellXfs count="\(cells.count)">\(cells.joined())</cellXfs>\
      <cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>
      """
  }

  /// The worksheet up to its first row: the header stays in sight.
  static func sheetStart(_ columns: [SheetColumn]) -> String {
    let widths = columns.enumerated().map { place, column in
      "<col min=\"\(place + 1)\" max=\"\(place + 1)\" width=\"\(column.width)\" customWidth=\"1\"/>"
    }
    return """
      \(declaration)<worksheet xmlns="\(main)"><sheetViews><sheetView tabSelected="1" workbookViewId="0">\
      <pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>\
      <selection pane="bottomLeft" activeCell="A2" sqref="A2"/></sheetView></sheetViews>\
      <sheetFormatPr defaultRowHeight="15"/><cols>\(widths.joined())</cols><sheetData>
      """
  }

  /// The worksheet after its last row: a filter over all, and no warnings about digits in texts, which are meant.
  static func sheetEnd(_ area: String) -> String {
    """
    </sheetData><autoFilter ref="\(area)"/>\
    <pageMargins left="0.7" right="0.7" top="0.75" bottom="0.75" header="0.3" footer="0.3"/>\
    <ignoredErrors><ignoredError sqref="\(area)" numberStoredAsText="1"/></ignoredErrors></worksheet>
    """
  }

  /// The workbook.
  ///
  /// - Parameters:
  ///   - name: What the sheet is called.
  ///   - area: The cells of the table, `$A$1:$C$9`.
  /// - Returns: The part.
  static func workbook(sheet name: String, area: String) -> String {
    let cleaned = name.map { "[]:*?/\\'".contains($0) ? "_" : $0 }
    let name = String(cleaned.prefix(SheetLimits.nameLength))
    var escaped: [UInt8] = []
    CellText.appendContent(name.utf8.span, to: &escaped)
    let text = String(decoding: escaped, as: UTF8.self)
    return """
      \(declaration)<workbook xmlns="\(main)" xmlns:r="\(document)"><bookViews><workbookView/></bookViews>\
      <sheets><sheet name="\(text)" sheetId="1" r:id="rId1"/></sheets>\
      <definedNames><definedName name="_xlnm._FilterDatabase" localSheetId="0" hidden="1">'\(text)'!\(area)</definedName></definedNames>\
      </workbook>
      """
  }
}
