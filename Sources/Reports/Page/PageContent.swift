internal import Mustache

/// What the template of a page is given.
struct PageContent {
  let policy = PageStyle.policy
  let style = PageStyle.sheet
  let title: Markup
  let kicker: Markup
  let heading: Markup
  let facts: [Entry]
  let lead: Lead
  let verdict: Verdict
  let provenance: Markup
  let sections: [Section]
  let footer: Markup

  /// How the part is called that stands above everything else.
  struct Lead {
    let id: Markup
    let title: Markup
    /// What the link says that leads to it.
    let skip: Markup
  }

  /// The page, as HTML that is XML too.
  ///
  /// - Throws: `MustacheTemplate.ParserError` where a template is damaged.
  func html() throws -> String {
    try PageTemplates.library().render(self, withTemplate: "page") ?? ""
  }
}
