import HTTPService
import HTTPTypes
import NIOCore

/// Problems as pages, in the words that programs get.
///
/// The frame is made once: what a client can ask for thousands of times a second, and gets from an
/// event loop, must cost little.
struct ProblemPage: Sendable {
    /// Stands around the name of a gap in the frame; no text of ours has it.
    private static let mark: Character = "\u{1}"

    /// The gaps of a frame.
    private enum Gap: String, CaseIterable {
        case title, detail, retryAfter, status, root

        var marked: String { "\(mark)\(rawValue)\(mark)" }
    }

    private let plain: [String]
    private let retrying: [String]

    /// The path below which pages stand where a problem's path has too many parts.
    private let base: String

    /// Parts of a path for which links are made from it: no path of ours has more.
    private static let depthLimit = 8

    /// Makes the frames of a ledger's problems; `base` is the origin's path.
    init(origin: String, base: String) {
        self.base = base + "/"
        plain = Self.frame(origin, isRetried: false)
        retrying = Self.frame(origin, isRetried: true)
    }

    private static func frame(_ origin: String, isRetried: Bool) -> [String] {
        func gap(_ gap: Gap) -> PageValue { .made(gap.marked) }
        var values: PageValues = [
            "title": gap(.title), "detail": gap(.detail), "status": gap(.status),
            "root": gap(.root),
        ]
        if isRetried { values["retryAfter"] = gap(.retryAfter) }
        let document = PageTemplate.layout.filled(with: [
            "title": gap(.title), "root": gap(.root), "origin": .text(origin),
            "content": .markup(PageTemplate.problem.filled(with: values)),
        ])
        return document.html.split(separator: mark, omittingEmptySubsequences: false)
            .map(String.init)
    }

    /// Returns the answer with a problem.
    func reply(to problem: Problem, _ exchange: Exchange) -> Reply {
        let root = root(from: exchange.path)
        var document = ""
        let parts = problem.retryAfter == nil ? plain : retrying
        // What stands at an odd place is a gap.
        for (place, part) in parts.enumerated() {
            guard !place.isMultiple(of: 2), let gap = Gap(rawValue: part) else {
                document += part
                continue
            }
            document += text(of: gap, problem, root).html
        }
        var headers = HTTPFields()
        headers[.contentType] = SitePage.type
        headers[.cacheControl] = CacheRule.never
        headers[.vary] = "Accept"
        if let retryAfter = problem.retryAfter { headers[.retryAfter] = String(retryAfter) }
        if let allow = problem.allow { headers[.allow] = allow }
        let reply = Reply(
            status: problem.status, headers: headers, body: ByteBuffer(string: document))
        return SitePage.guarded(reply)
    }

    private func text(of gap: Gap, _ problem: Problem, _ root: String) -> Markup {
        switch gap {
        case .title: Markup(text: problem.title)
        case .detail: Markup(text: Excerpt.line(problem.detail, upTo: Self.detailLimit))
        case .retryAfter: Markup(text: problem.retryAfter.map { "\($0)" } ?? "")
        case .status: Markup(text: "\(problem.status.code)")
        case .root: Markup(text: root)
        }
    }

    /// Characters of a detail that are shown: as many as two EntryIDs and several sentences.
    private static let detailLimit = 1_000

    /// What stands before the paths of pages, seen from any path.
    private func root(from path: String) -> String {
        let below = path.hasPrefix(base) ? path.dropFirst(base.utf8.count) : path.dropFirst()
        let depth = below.utf8.count { $0 == UInt8(ascii: "/") }
        guard depth <= Self.depthLimit else { return base }
        return depth == 0 ? "./" : String(repeating: "../", count: depth)
    }
}
