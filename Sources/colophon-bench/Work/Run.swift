import Foundation
import Processes

/// One run of the bars: which parts, at which size, and what it has measured so far.
final class Run {
    let workshop: Workshop
    let sections: Set<Section>

    /// Statements in the ledger before anything is timed.
    let entries: Int

    /// Statements that are timed.
    let sampleSize: Int

    /// The program that plays a timestamp authority; nil where none was named.
    let authority: String?

    /// The HTTP stack alone.
    let bare: Server

    private(set) var bars: [Bar] = []
    private let start = ContinuousClock.now

    init(
        entries: Int, sampleSize: Int, sections: Set<Section>, authority: String?,
        workshop: Workshop
    ) throws {
        self.workshop = workshop
        self.authority = authority
        self.entries = entries
        self.sampleSize = sampleSize
        self.sections = sections
        bare = try Server(
            Child.sibling("colophon-bench"), ["bare"],
            log: workshop.folder.appending(path: "bare.log"))
    }

    var secondsSoFar: Double { (ContinuousClock.now - start) / .seconds(1) }

    func has(_ section: Section) -> Bool { sections.contains(section) }

    func add(_ bars: [Bar]) { self.bars += bars }
}
