import Analysis
import ArgumentParser
import Lake

/// `hooksift summarize`: lake → summaries.
struct SummarizeCommand: TalkingCommand {
  static let configuration = CommandConfiguration(
    commandName: "summarize",
    abstract: "Compute the summaries from the lake."
  )

  @OptionGroup(title: "Summaries") var summaries: SummaryOptions
  @OptionGroup(title: "Resources") var memory: MemoryOption
  @OptionGroup(title: "Common options") var common: CommonOptions

  func run() throws {
    let plan = try summaries.plan(memory: memory)
    _ = try LakeReader(.reading(common.outputPath))
    let workspace = try common.openWorkspace()
    try workspace.abandoningOnFailure {
      let directory = try workspace.stage(.summaries)
      try Summaries(LakeReader(workspace), plan).write(
        into: directory,
        temporary: workspace.temporaryDirectory()
      )
      try workspace.publish([.summaries])
    }
    common.console.info("the summaries are in \(workspace.directory(.summaries))")
  }
}
