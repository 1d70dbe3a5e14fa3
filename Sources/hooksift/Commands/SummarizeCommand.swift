import Analysis
import ArgumentParser
import Lake

/// `hooksift summarize`: lake → summaries.
struct SummarizeCommand: TalkingCommand {
  static let configuration = CommandConfiguration(
    commandName: "summarize",
    abstract: "Compute the summaries from the lake, and index.html, the page of the workspace."
  )

  @OptionGroup(title: "Summaries") var summaries: SummaryOptions
  @OptionGroup(title: "Resources") var memory: MemoryOption
  @OptionGroup(title: "Common options") var common: CommonOptions

  func run() throws {
    let sources = try common.sources()
    let plan = try summaries.plan(sources, memory: memory)
    _ = try LakeReader(.reading(common.outputPath(sources)))
    let workspace = try common.openWorkspace(sources)
    try workspace.abandoningOnFailure {
      let lake = try LakeReader(workspace)
      let changes = try workspace.summarize(lake, plan)
      let page = try WorkspacePage(sources).stage(workspace, lake, after: changes)
      try workspace.publish(changes + page)
    }
    try common.console.info("the summaries are in \(workspace.directory(.summaries))")
  }
}
