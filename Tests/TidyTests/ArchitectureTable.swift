/// The tables of `Schemas/architecture.md` that bind the code.
struct ArchitectureTable {
    /// For each target, the modules that it may import.
    let imports: [String: Set<String>]

    /// The places that may hold unsafe code: a target's name or a file's path.
    let unsafePlaces: Set<String>

    /// The places that open files or local sockets in another way than through `Files`: a target's
    /// name or a file's path.
    let fileOpeners: Set<String>

    /// The places that may write to the program's streams: a target's name or a file's path.
    let outputPlaces: Set<String>

    /// The types whose name several targets have: for each, the targets.
    let sharedNames: [String: Set<String>]

    /// Reads the tables below the headings "Targets", "Unsafe code", "Files opened elsewhere",
    /// "Output" and "Names in two targets".
    init(markdown: String) {
        var imports: [String: Set<String>] = [:]
        for row in Self.rows(below: "Targets", in: markdown) where row.count > 2 {
            let modules = row[2].split(separator: ",").map(Self.plain).filter { !$0.isEmpty }
            for target in row[0].split(separator: ",").map(Self.plain) {
                imports[target] = Set(modules)
            }
        }
        self.imports = imports
        unsafePlaces = Self.places(below: "Unsafe code", in: markdown)
        fileOpeners = Self.places(below: "Files opened elsewhere", in: markdown)
        outputPlaces = Self.places(below: "Output", in: markdown)
        var names: [String: Set<String>] = [:]
        for row in Self.rows(below: "Names in two targets", in: markdown) where row.count > 1 {
            names[Self.plain(row[0])] = Set(row[1].split(separator: ",").map(Self.plain))
        }
        sharedNames = names
    }

    /// The cells of each row of the first table below a heading, its first two lines left out.
    private static func rows(below heading: String, in markdown: String) -> [[Substring]] {
        let lines = markdown.split(separator: "\n", omittingEmptySubsequences: false)
        guard let start = lines.firstIndex(where: { $0.hasPrefix("#") && $0.hasSuffix(heading) })
        else { return [] }
        return lines[start...].drop { !$0.hasPrefix("|") }.prefix { $0.hasPrefix("|") }.dropFirst(2)
            .map { $0.split(separator: "|") }
    }

    private static func places(below heading: String, in markdown: String) -> Set<String> {
        Set(rows(below: heading, in: markdown).map { plain($0[0]) })
    }

    private static func plain(_ cell: Substring) -> String {
        cell.filter { $0 != "`" && $0 != " " }
    }
}
