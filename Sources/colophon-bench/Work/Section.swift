import ArgumentParser

/// A part of the run that can be asked for alone.
enum Section: String, CaseIterable, ExpressibleByArgument {
    case batch, entries, receipt, memory, read, verify, hash, start, disk, fsck, audit, witnesses
    case anchors, explorer, similar, index

    /// The parts that need the limits, and statements that are signed beforehand.
    static let loads: Set<Section> = [.batch, .entries, .receipt, .memory]
}
