import Foundation

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// A page as a strict parser of XML sees it.
final class ParsedPage: NSObject, XMLParserDelegate {
  /// An element, and the text in it and in all below it.
  final class Element {
    let name: String
    let attributes: [String: String]
    weak var parent: Element?
    var children: [Element] = []
    var text = ""

    init(_ name: String, _ attributes: [String: String], _ parent: Element?) {
      self.name = name
      self.attributes = attributes
      self.parent = parent
    }
  }

  private(set) var elements: [Element] = []
  private(set) var fault: String?
  private var open: [Element] = []

  init(_ page: String) {
    super.init()
    let parser = XMLParser(data: Data(page.utf8))
    parser.delegate = self
    parser.shouldResolveExternalEntities = false
    if !parser.parse() {
      fault = "line \(parser.lineNumber): \(parser.parserError.map { "\($0)" } ?? "")"
    }
  }

  func named(_ name: String) -> [Element] { elements.filter { $0.name == name } }

  /// All text of the page but its style.
  var text: String {
    elements.first.map { $0.text } ?? ""
  }

  func parser(
    _ parser: XMLParser,
    didStartElement name: String,
    namespaceURI: String?,
    qualifiedName: String?,
    attributes: [String: String] = [:]
  ) {
    let element = Element(name, attributes, open.last)
    open.last?.children.append(element)
    open.append(element)
    elements.append(element)
  }

  func parser(
    _ parser: XMLParser,
    didEndElement name: String,
    namespaceURI: String?,
    qualifiedName: String?
  ) {
    open.removeLast()
  }

  func parser(_ parser: XMLParser, foundCharacters text: String) {
    guard open.last?.name != "style" else { return }
    for element in open { element.text += text }
  }
}
