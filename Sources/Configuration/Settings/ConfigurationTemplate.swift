/// The file that somebody new to hooksift starts from.
package enum ConfigurationTemplate {
  /// The name that is looked for in the working directory.
  package static let fileName = "hooksift.yaml"

  /// A configuration with every key explained; what is not needed at first stands behind a `#`.
  package static let text = """
    # The configuration of hooksift. Options go over HOOKSIFT_... variables, and these over this file.
    # `hooksift config` prints what is in effect and where it comes from.

    # Files or directories of archives. Relative paths are relative to this file, here and below.
    archives:
      - archives

    # Where lake, quarantine and summaries go.
    output: hooksift-out

    # The shape of captured records: auto or generic.
    envelope: auto

    signature:
      # Whether deliveries without a signature, or without an active secret, are rejected.
      required: true
      # A secret comes from an environment variable (env) or a file (file), never from here.
      secrets:
        - name: main
          env: FLAGSMITH_SECRET
    #    - name: old
    #      file: /etc/hooksift/old.secret
    #      environment: 2                      # of snapshots without flags
    #      not_before: 2026-01-01T00:00:00Z    # the first and the last time at which it is active
    #      not_after: 2026-10-01T00:00:00Z

    # Within a window, repeats of an identity's state count once.
    window:
      kind: tumbling        # or session: runs of deliveries with gaps of at most the size
      size: 30m
      timezone: UTC         # of dates; Europe/Berlin for instance

    # The features in exposures: multivariate, all, or a list of names.
    exposures: multivariate

    # How many values of a trait trait_daily names.
    top_values: 50

    # Personal data, before anything is written into the lake. The quarantine keeps lines as they came.
    #traits:
    #  exclude: [email]     # or include: only these are kept
    #identities:
    #  pseudonymize:        # identities become HMACs under this pepper
    #    env: HOOKSIFT_PEPPER

    # Exported CSV: text that a spreadsheet would run gets a ' in front (escape) or not (raw).
    csv:
      formulas: escape
    #  delimiter: ";"
    #  excel: true

    #jobs: 4                # threads; as many as there are cores by default
    memory: 512MB
    #max_rejected: 0.01     # the share of rejected lines above which the exit code is 65
    settle: 5m              # how long a file must be unchanged before it counts as whole
    #since: 2026-11-01      # the dates that are summarised and exported
    #until: 2026-12-01

    # Cohorts: who comes back, by when identities came first; and who fulfils a condition, from date to date.
    #cohorts:
    #  - name: weekly
    #    start: first_seen             # or {exposure: checkout_button}: the first time it was enabled
    #    period: week                  # day, week (from Monday) or month
    #    breakdown: {trait: plan}      # or feature or segment, as it was then; may be left out
    #  - name: active pros
    #    where: plan = "pro" and segment "beta" and checkout_button = "blue" and active in last 7 days
    #segment_flows: true               # who enters and leaves each segment, by date

    # Experiments, for `hooksift report`; `hooksift report --check` looks whether the lake has what they name.
    #experiments:
    #  - name: checkout_button         # of a directory too
    #    feature: checkout_button
    #    environment: 2                # may be left out where the feature is in one alone
    #    start: 2026-11-01
    #    end: 2026-11-22               # the date before which it ends
    #    exposed_when: enabled         # or always: disabled flags expose too
    #    variants:                     # the values that were seen where this is left out
    #      control: {value: control}
    #      blue: {value: blue, weight: 33}
    #      green: {value: green, weight: 33}
    #    metrics:
    #      - name: purchased
    #        source: {events: orders.csv, event: purchase}     # columns identity, time, event, value
    #        aggregation: occurrence   # count, sum, mean, last or ratio
    #        conversion_window: 7d
    #      - name: revenue
    #        source: {trait: revenue}
    #        aggregation: last
    #        winsorize: 0.999
    #        covariate: true           # what it was in the 14 days before the exposure
    #      - name: churned
    #        source: {segment: churned}
    #        aggregation: occurrence
    #        role: guardrail
    #        direction: decrease
    #        margin: 0.02
    #    slices:
    #      - trait: plan

    """
}
