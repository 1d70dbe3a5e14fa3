internal import Bytes
internal import JSON
internal import Statistics

extension UnitAnalysis {
  /// Everything as one JSON object.
  package var json: [UInt8] {
    var output: [UInt8] = []
    PythonText.append(tree.json, to: &output, layout: .init(isCompact: false, sortsKeys: false))
    output.append(UInt8(ascii: "\n"))
    return output
  }

  /// Everything as lines `key,value`, under the header of that name.
  ///
  /// A key is made of the names on the way to its value, with points between them; a comparison's are `treatment|metric|none` or
  /// `…|cuped`.
  package var keyValues: [UInt8] {
    var output = Array("key,value\n".utf8)
    tree.appendKeyValues("", to: &output)
    return output
  }

  private var tree: ReportTree {
    var tree = ReportTree()
    for row in rows {
      let adjustment = row.adjusts ? "cuped" : "none"
      tree["\(name(row.treatment))|\(row.kind.rawValue)|\(adjustment)"] = .tree(
        row.comparison.tree
      )
    }
    tree["srm"] = .tree(sampleRatio.tree)
    tree["multiplicity"] = .tree(multiplicity)
    var powers = ReportTree()
    for (kind, power) in power {
      powers[kind.rawValue] = power.map { .tree($0.tree(settings.analysis)) }
    }
    tree["power"] = .tree(powers)
    if !unknownVariants.isEmpty {
      tree["unknown_variants"] = .list(
        unknownVariants.map { variant in
          var tree = ReportTree()
          tree["name"] = .text(variant.name)
          tree["count"] = .integer(variant.count)
          return .tree(tree)
        }
      )
    }
    return tree
  }

  private var multiplicity: ReportTree {
    var tree = ReportTree()
    tree["rows"] = .list(
      family.map { place in
        let row = rows[place]
        var tree = ReportTree()
        tree["treatment"] = .text(name(row.treatment))
        tree["metric"] = .text(row.kind.rawValue)
        tree["p_value"] = .number(row.comparison.absolute?.pValue)
        tree["holm"] = .number(row.holm)
        tree["benjamini_hochberg"] = .number(row.benjaminiHochberg)
        return .tree(tree)
      }
    )
    let alpha = settings.analysis.alpha
    tree["m"] = .integer(family.count)
    tree["bonferroni_ci_alpha"] = .number(Multiplicity.familyAlpha(alpha, count: family.count))
    tree["fcr_ci_alpha_for_bh_rejections"] = .number(
      Multiplicity.selectedAlpha(alpha, rejections: rejections, count: family.count)
    )
    tree["bh_rejections"] = .integer(rejections)
    return tree
  }
}

extension Comparison {
  fileprivate var tree: ReportTree {
    var tree = ReportTree()
    tree["n_control"] = .integer(controlCount)
    tree["n_treatment"] = .integer(treatmentCount)
    tree["status"] = .text(status.rawValue)
    tree["control_value"] = .number(control?.value)
    tree["treatment_value"] = .number(treatment?.value)
    tree["control_sd"] = .number(control?.standardDeviation)
    tree["treatment_sd"] = .number(treatment?.standardDeviation)
    tree["theta"] = .number(theta)
    tree["fisher_exact_p"] = .number(proportions?.fisher?.value)
    tree["wilson"] = proportions.map { proportions in
      var tree = ReportTree()
      tree["control_low"] = .number(proportions.control.low)
      tree["control_high"] = .number(proportions.control.high)
      tree["treatment_low"] = .number(proportions.treatment.low)
      tree["treatment_high"] = .number(proportions.treatment.high)
      return .tree(tree)
    }
    tree["newcombe_difference"] = proportions.map { proportions in
      var tree = ReportTree()
      tree.append(proportions.difference)
      return .tree(tree)
    }
    if let absolute {
      tree["absolute"] = .tree(absolute.tree)
    } else if let difference {
      var only = ReportTree()
      only["estimate"] = .number(difference)
      tree["absolute"] = .tree(only)
    }
    tree["sequential_absolute"] = sequentialAbsolute.map { .tree($0.tree) }
    tree["bayes_absolute_flat"] = flatAbsolute.map { .tree($0.tree) }
    tree["bayes_absolute_prior"] = priorAbsolute.map { .tree($0.tree) }
    tree["variance_reduction"] = .number(varianceReduction)
    if absolute != nil { appendRelative(to: &tree) }
    if !warnings.isEmpty { tree["warnings"] = .list(warnings.map { .text($0.rawValue) }) }
    return tree
  }

  private func appendRelative(to tree: inout ReportTree) {
    tree["relative_status"] = .text(relativeStatus.rawValue)
    tree["relative_delta"] = delta.map { .tree($0.tree) }
    tree["sequential_relative"] = sequentialRelative.map { .tree($0.tree) }
    tree["bayes_relative_flat"] = flatRelative.map { .tree($0.tree) }
    tree["bayes_relative_prior"] = priorRelative.map { .tree($0.tree) }
    tree["relative_fieller"] = fieller.map { .tree($0.tree) }
    guard relativeStatus == .ok else { return }
    var ofLog = ReportTree()
    ofLog["status"] = .text(log == nil ? "undefined" : "ok")
    ofLog["control_adjusted"] = .number(log?.control)
    ofLog["treatment_adjusted"] = .number(log?.treatment)
    ofLog["estimate"] = .number(log?.estimate)
    ofLog["df"] = .number(log?.degreesOfFreedom)
    ofLog.append(log?.interval)
    tree["relative_log"] = .tree(ofLog)
    tree["achieved_mde_relative"] = .number(detectableLift)
  }
}

extension MeanTest {
  fileprivate var tree: ReportTree {
    var tree = ReportTree()
    tree["estimate"] = .number(estimate)
    tree["se"] = .number(standardError)
    tree["df"] = .number(degreesOfFreedom)
    tree["t"] = .number(t)
    tree["p_value"] = .number(pValue)
    tree["log10_p_value"] = .number(log10PValue)
    tree.append(interval)
    return tree
  }
}

extension SequentialTest {
  fileprivate var tree: ReportTree {
    var tree = ReportTree()
    tree["rho"] = .number(rho)
    tree["n"] = .integer(count)
    tree["halfwidth"] = .number(halfWidth)
    tree.append(interval)
    tree["p_value"] = .number(pValue)
    tree["log10_p_value"] = .number(probability.log10)
    return tree
  }
}

extension Posterior {
  fileprivate var tree: ReportTree {
    var tree = ReportTree()
    tree["posterior_mean"] = .number(mean)
    tree["posterior_sd"] = .number(deviation)
    tree["chance_to_win"] = .number(chanceToWin)
    tree["log10_chance_to_lose"] = .number(chanceToLose.log10)
    tree.append(interval)
    tree["risk_of_choosing_control"] = .number(lossOfControl)
    tree["risk_of_choosing_treatment"] = .number(lossOfTreatment)
    return tree
  }
}

extension FiellerLift {
  fileprivate var tree: ReportTree {
    var tree = ReportTree()
    tree["g"] = .number(g)
    switch bounds {
    case .interval(let interval):
      tree["status"] = .text("ok")
      tree.append(interval)
    case .outside(let low, let high):
      tree["status"] = .text("unbounded")
      tree["shape"] = .text("complement_of_interval")
      tree["excluded_low"] = .number(low)
      tree["excluded_high"] = .number(high)
    case .everything:
      tree["status"] = .text("unbounded")
      tree["shape"] = .text("whole_line")
    }
    return tree
  }
}

extension SampleRatioTest {
  fileprivate var tree: ReportTree {
    var tree = ReportTree()
    tree["total"] = .integer(total)
    tree["status"] = .text(status.rawValue)
    tree["expected"] = .list(expected.map { .number($0) })
    tree["chi2"] = .number(chiSquare)
    tree["df"] = .integer(degreesOfFreedom)
    tree["p_value"] = .number(probability?.value)
    tree["log10_p_value"] = .number(probability?.log10)
    tree["method"] = .text(method.rawValue)
    tree["smallest_expected"] = .number(smallestExpected)
    tree["srm"] = .boolean(isMismatch)
    tree["standardized_residuals"] = .list(residuals.map { .number($0) })
    return tree
  }
}

extension Power {
  fileprivate func tree(_ settings: AnalysisSettings) -> ReportTree {
    var tree = ReportTree()
    tree["control_mean"] = .number(value)
    tree["control_variance"] = .number(variance)
    tree["n_per_arm"] = .integer(countPerArm)
    tree["alpha"] = .number(settings.alpha)
    tree["effect_relative"] = .number(settings.targetEffect)
    tree["target_power"] = .number(settings.targetPower)
    tree["status"] = .text(isDefined ? "ok" : "undefined")
    guard let absolute, let relative else { return tree }
    tree["power_relative_growthbook"] = .number(relative.power)
    tree["mde_relative_growthbook"] = .number(relative.detectableLift)
    tree["n_per_arm_for_effect_relative"] = .number(relative.countPerArm)
    tree["power_absolute"] = .number(absolute.power)
    tree["mde_relative_absolute_test"] = .number(absolute.detectableLift)
    tree["n_per_arm_absolute_test"] = .number(absolute.countPerArm)
    return tree
  }
}
