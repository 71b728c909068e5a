import ArgumentParser

/// A part of the run that can be asked for alone.
enum Section: String, CaseIterable, ExpressibleByArgument {
    case batch, entries, receipt, read, memory, verify, hash
}
