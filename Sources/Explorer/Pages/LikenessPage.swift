import Encoding
import HTTPService
import Manifests

/// The page of what a perceptual hash survives, which each answer of a search names (http.md §17).
///
/// For everybody who asks one ledger it is the same: it is made once, and answered from memory on
/// the event loops, with or without the site.
struct LikenessPage: Sendable {
    /// The table that the program has inside it: the one of the document.
    private static let table: LikenessTable = {
        do throws(LikenessTableError) {
            return try LikenessTable(document: PackedFiles.text("Schemas/perceptual.md"))
        } catch {
            preconditionFailure("the table that Tools/likeness wrote is one: \(error)")
        }
    }()

    private let packed: PackedReply

    /// Makes the page of a ledger; it links to other pages where `hasSite`.
    init(origin: String, hasSite: Bool) {
        let page = SitePage(
            title: "What a perceptual hash survives", root: "./", origin: origin,
            content: PageTemplate.likeness.filled(with: Self.values(of: Self.table)),
            isAlone: !hasSite)
        packed = PackedReply(Array(page.document.html.utf8), named: "likeness.html")
    }

    /// The answer with it.
    func reply(to exchange: Exchange) -> Reply {
        packed.reply(to: exchange)
    }

    private static func values(of table: LikenessTable) -> PageValues {
        let warning = LikenessWords.warning.string
        var values: PageValues = [
            "warning": .text(warning.prefix(1).uppercased() + warning.dropFirst() + "."),
            "bits": .text("\(PDQHash.bitCount)"), "bands": .text(bands),
            "limit": .text("\(LikenessBand.limit)"), "summary": .text(table.summary),
            "headings": .list(LikenessTable.headings.map { ["heading": .text($0)] }),
            "rows": .list(
                table.rows.map { row in
                    let cells = row.distances + row.counts
                    return [
                        "copy": .text(row.copy),
                        "cells": .list(cells.map { ["cell": .text("\($0)")] }),
                    ]
                }),
        ]
        if let example = table.rows.first.flatMap({ Self.example(of: $0) }) {
            values["example"] = .text(example)
        }
        return values
    }

    /// What the bands are called.
    private static var bands: String {
        LikenessBand.allCases.map { "up to \($0.largestDistance) bits are called \($0.rawValue)" }
            .joined(separator: ", ")
    }

    /// A row in words.
    private static func example(of row: LikenessTable.Row) -> String? {
        guard let least = row.distances.first, let most = row.distances.last,
            let count = row.counts.first, let band = LikenessBand.allCases.first
        else { return nil }
        return "\(row.copy): the nearest copy differs in \(least) bits and the furthest in "
            + "\(most); \(count) of the copies differ in \(band.largestDistance) bits or fewer"
    }
}
