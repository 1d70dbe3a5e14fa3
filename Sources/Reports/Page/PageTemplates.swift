internal import Mustache

/// The templates of the page, in the program itself so that it needs no files beside it.
///
/// What they are given is ``Markup`` without exception, hence the three braces.
enum PageTemplates {
  static func library() throws -> MustacheLibrary {
    MustacheLibrary(
      templates: try [
        "page": page, "section": section, "table": table, "figure": figure,
      ].mapValues(MustacheTemplate.init(string:))
    )
  }

  private static let page = """
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8"/>
    <meta http-equiv="Content-Security-Policy" content="{{{policy}}}"/>
    <meta name="viewport" content="width=device-width, initial-scale=1"/>
    <meta name="color-scheme" content="light dark"/>
    <meta name="referrer" content="no-referrer"/>
    <title>{{{title}}}</title>
    <style>{{{style}}}</style>
    </head>
    <body>
    {{#lead}}<a class="skip" href="#{{{id}}}">{{{skip}}}</a>
    {{/lead}}<header>
    <p class="kicker">{{{kicker}}}</p>
    <h1>{{{heading}}}</h1>
    <dl class="facts">
    {{#facts}}<div><dt>{{{term}}}</dt><dd>{{{meaning}}}</dd></div>
    {{/facts}}</dl>
    </header>
    <main>
    {{#lead}}<section id="{{{id}}}" class="verdict {{#verdict}}{{{kind}}}{{/verdict}}" aria-labelledby="{{{id}}}-heading">
    <h2 id="{{{id}}}-heading">{{{title}}}</h2>
    {{/lead}}{{#verdict}}<p class="headline">{{{headline}}}</p>
    {{^empty(statements)}}<ul class="statements">
    {{#statements}}<li class="{{{kind}}}"><span class="mark">{{{mark}}}</span> {{{sentence}}}</li>
    {{/statements}}</ul>
    {{/empty(statements)}}{{#remarks}}<p>{{{.}}}</p>
    {{/remarks}}<p class="provenance">{{{provenance}}}</p>
    </section>
    {{/verdict}}<nav aria-label="Parts of this page">
    <ol>
    {{#sections}}<li><a href="#{{{id}}}">{{{heading}}}</a></li>
    {{/sections}}</ol>
    </nav>
    {{#sections}}{{>section}}{{/sections}}</main>
    <footer>
    <p>{{{footer}}}</p>
    </footer>
    </body>
    </html>

    """

  private static let section = """
    <section id="{{{id}}}" class="{{{resultClass}}}" aria-labelledby="{{{id}}}-heading">
    <h2 id="{{{id}}}-heading">{{{heading}}}</h2>
    {{#blocks}}{{#subheading}}<h3>{{{.}}}</h3>
    {{/subheading}}{{#paragraph}}<p>{{{.}}}</p>
    {{/paragraph}}{{#note}}<p class="note">{{{.}}}</p>
    {{/note}}{{#table}}{{>table}}{{/table}}{{#figures}}{{#first()}}<div class="figures">{{/first()}}{{>figure}}{{#last()}}</div>{{/last()}}{{/figures}}{{#entries}}\
    <dl class="entries"><dt>{{{term}}}</dt><dd>{{{meaning}}}</dd></dl>
    {{/entries}}{{#list}}<p class="item">{{{.}}}</p>
    {{/list}}{{/blocks}}</section>

    """

  private static let table = """
    <div class="scroll" role="region" aria-label="{{{label}}}" tabindex="0">
    <table>
    <caption><span>{{{caption}}}</span></caption>
    <thead><tr>{{#columns}}<th scope="col" class="{{{kind}}}">{{{title}}}</th>{{/columns}}</tr></thead>
    <tbody>
    {{#rows}}<tr><th scope="row">{{{header}}}</th>{{#cells}}<td class="{{{kind}}}">{{{content}}}</td>{{/cells}}</tr>
    {{/rows}}</tbody>
    </table>
    </div>

    """

  private static let figure = """
    <figure>
    {{#.heading}}<h3>{{{.}}}</h3>
    {{/.heading}}{{{chart}}}
    {{#.caption}}<figcaption>{{{.}}}</figcaption>
    {{/.caption}}</figure>

    """
}
