package import Lake

extension Workspace {
  /// Stages the summaries of a lake, unless they are what is there.
  ///
  /// - Parameters:
  ///   - lake: The lake.
  ///   - plan: What is summarised.
  ///   - before: The lake as it was before facts were added to it; `nil` where it is gone, or where facts were taken away.
  ///   - keepsFacts: Whether facts of identities are kept for the next time.
  /// - Returns: What is to be published.
  /// - Throws: What ``Summaries/write(into:temporary:)`` throws.
  package func summarize(
    _ lake: LakeReader,
    _ plan: SummaryPlan,
    before: LakeReader? = nil,
    keepsFacts: Bool = true
  ) throws -> [Change] {
    let earlier = EarlierSummaries(directory: directory(.summaries), before: before)
    let facts = keepsFacts ? "\(factsPath)/cohorts" : nil
    let summaries = Summaries(lake, plan, since: earlier, facts: facts)
    if try summaries.areCurrent() { return [] }
    try summaries.write(
      into: try stage(.summaries),
      temporary: try temporaryDirectory() + "/summaries"
    )
    return [.replacing(.summaries)]
  }
}
