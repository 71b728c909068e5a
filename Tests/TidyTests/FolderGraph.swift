/// The folders of one target, and which mentions names of which.
///
/// What stands directly in the target counts as one folder more. A mention is a word in code that
/// only one folder declares outside all braces: a type, a function that is called, or a type in an
/// extension of another folder's type. Members are not followed.
struct FolderGraph {
    private let target: String

    /// From a folder to those that it mentions, each with the first example.
    private var edges: [String: [String: String]] = [:]

    init(_ target: String, _ files: [SourceFile]) {
        self.target = target
        let files = files.sorted { $0.path < $1.path }
        let homes = Self.homes(files)
        for file in files {
            let read = file.declarations
            for (name, home) in homes where home.folder != file.folder {
                guard home.isMentioned(name, in: read) else { continue }
                if edges[file.folder]?[home.folder] == nil {
                    edges[file.folder, default: [:]][home.folder] = "\(name) in \(file.path)"
                }
            }
        }
    }

    /// Where a name is declared.
    private struct Home {
        enum Kind { case type, function, nestedType }

        let folder: String
        let kind: Kind

        func isMentioned(_ name: String, in file: Declarations) -> Bool {
            guard !file.nestedTypes.contains(name), !file.privateTypes.contains(name) else {
                return false
            }
            return switch kind {
            case .type: file.mentioned.contains(name)
            case .function: file.called.contains(name)
            case .nestedType:
                file.mentioned.contains(name) || file.mentionedAfterDots.contains(name)
            }
        }
    }

    /// The names that exactly one folder declares.
    private static func homes(_ files: [SourceFile]) -> [(String, Home)] {
        var homes: [String: Set<String>] = [:]
        var kinds: [String: Home.Kind] = [:]
        for file in files {
            let read = file.declarations
            for name in read.types { homes[name, default: []].insert(file.folder) }
            for name in read.types { kinds[name] = .type }
            for name in read.functions {
                homes[name, default: []].insert(file.folder)
                if kinds[name] == nil { kinds[name] = .function }
            }
        }
        let types = homes
        for file in files {
            for (name, extended) in file.declarations.typesInExtensions
            where types[name] == nil && types[extended].map({ $0 != [file.folder] }) ?? false {
                homes[name, default: []].insert(file.folder)
                kinds[name] = .nestedType
            }
        }
        return homes.compactMap { name, folders in
            guard folders.count == 1, let folder = folders.first, let kind = kinds[name] else {
                return nil
            }
            return (name, Home(folder: folder, kind: kind))
        }
        .sorted { $0.0 < $1.0 }
    }

    /// A shortest circle through each folder that is in one, with a name for each step.
    var circles: [Finding] {
        var seen: Set<Set<String>> = []
        return edges.keys.sorted().compactMap { start in
            guard let circle = wayBack(to: start), seen.insert(Set(circle)).inserted else {
                return nil
            }
            let steps = zip(circle, circle.dropFirst() + [start]).map { from, to in
                "\(from) mentions \(to)'s \(edges[from]?[to] ?? "")"
            }
            return Finding(
                path: "Sources/\(target)", line: 0,
                rule: "folders form a circle: " + steps.joined(separator: ", "))
        }
    }

    /// The folders from `start` back to it, itself first; nil where no way leads back.
    private func wayBack(to start: String) -> [String]? {
        var ways = [[start]]
        var reached: Set<String> = []
        while !ways.isEmpty {
            var longer: [[String]] = []
            for way in ways {
                for next in (edges[way[way.count - 1]] ?? [:]).keys.sorted() {
                    if next == start { return way }
                    if reached.insert(next).inserted { longer.append(way + [next]) }
                }
            }
            ways = longer
        }
        return nil
    }
}
