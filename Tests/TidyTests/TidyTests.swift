import Foundation
import Testing

/// The house style, held to the code: what a formatter does not check.
@Suite struct TidyTests {
    private static let table = (try? Repository.text(of: "Schemas/architecture.md"))
        .map(ArchitectureTable.init)

    /// Read once: taking them apart is most of the work.
    private static let files = Result { try Repository.swiftFiles() }

    @Test(arguments: StyleCheck.allCases)
    func everySourceKeepsToTheRule(check: StyleCheck) throws {
        let table = try #require(Self.table, "Schemas/architecture.md is missing")
        let files = try Self.files.get()
        #expect(files.count > 20)
        let findings = files.flatMap { check.findings(in: $0, table) }
        #expect(findings.map(\.description) == [])
    }

    @Test func theTableOfTargetsNamesExactlyTheFoldersOfSources() throws {
        let table = try #require(Self.table, "Schemas/architecture.md is missing")
        #expect(try Repository.folders(in: "Sources") == table.imports.keys.sorted())
    }

    @Test func everyImportThatTheTableAllowsIsUsed() throws {
        let table = try #require(Self.table, "Schemas/architecture.md is missing")
        var used: [String: Set<String>] = [:]
        for file in try Self.files.get() where file.isProduct {
            used[file.target, default: []].formUnion(file.imports)
        }
        for (target, allowed) in table.imports {
            let idle = allowed.subtracting(used[target, default: []])
            #expect(idle.isEmpty, "\(target) never imports \(idle.sorted())")
        }
    }

    @Test func everyTargetDeclaresWhatItImportsOfOursAndNoMore() throws {
        let targets = PackageTargets(manifest: try Repository.text(of: "Package.swift"))
        #expect(targets.findings(try Self.files.get()).map(\.description) == [])
        // A target that is described in a way of its own would not be looked at.
        let folders = try ["Sources", "Tests"].flatMap { try Repository.folders(in: $0) }
        #expect(Set(folders).subtracting(["Fixtures"]) == Set(targets.dependencies.keys))
        #expect(targets.programs.isSuperset(of: ["colophon", "colophond", "colophon-decode"]))
        #expect(targets.dependencies["CommandTests"]?.contains("TestLedger") == true)
    }

    @Test func everyPlaceAllowedUnsafeCodeHasSome() throws {
        let table = try #require(Self.table, "Schemas/architecture.md is missing")
        let files = try Self.files.get().filter {
            $0.parts.code.contains(/\bunsafe\b|@unchecked\b/)
        }
        let places = Set(files.map(\.path) + files.map(\.target))
        #expect(table.unsafePlaces.subtracting(places).isEmpty)
    }

    @Test func everyPlaceAllowedToOpenFilesIsThere() throws {
        let table = try #require(Self.table, "Schemas/architecture.md is missing")
        let files = try Self.files.get()
        let places = Set(files.map(\.path) + files.map(\.target))
        #expect(!table.fileOpeners.isEmpty && table.fileOpeners.isSubset(of: places))
    }

    /// A place that writes nothing any more would hide the next one.
    @Test func everyPlaceAllowedOutputHasSome() throws {
        let table = try #require(Self.table, "Schemas/architecture.md is missing")
        let nowhere = ArchitectureTable(markdown: "")
        let files = try Self.files.get().filter {
            !StyleCheck.output.findings(in: $0, nowhere).isEmpty
        }
        let places = Set(files.map(\.path) + files.map(\.target))
        #expect(!table.outputPlaces.isEmpty)
        #expect(table.outputPlaces.subtracting(places).isEmpty)
    }

    /// What uses what is plain in a target's folders too: the façade on top, never beside.
    @Test func noFoldersOfALibraryFormACircle() throws {
        let files = Dictionary(grouping: try Self.files.get().filter(\.isProduct), by: \.target)
        #expect(files.count > 10)
        let libraries = files.filter { $0.key.first?.isUppercase == true }
        let findings = libraries.sorted { $0.key < $1.key }.flatMap {
            FolderGraph($0.key, $0.value).circles
        }
        #expect(findings.map(\.description) == [])
    }

    @Test func noTypesOfTwoTargetsShareANameWithoutAReason() throws {
        let table = try #require(Self.table, "Schemas/architecture.md is missing")
        let names = TypeNames(try Self.files.get().filter(\.isProduct))
        let findings = names.findings(table.sharedNames)
        #expect(findings.map(\.description) == [])
    }

    @Test func everyFileBearsTheNameOfWhatIsInIt() throws {
        let wrong = try Self.files.get().filter { file in
            !TypeNames.bearsName(file) && file.name != "main"
        }
        #expect(wrong.map(\.path) == [])
    }

    @Test(.enabled(if: try Repository.isClone, "not a clone: no list of tracked files"))
    func onlyWhatThePackageNeedsStandsAtTheTop() throws {
        #expect(Layout.strays(among: try Repository.trackedPaths()).isEmpty)
    }

    @Test(.enabled(if: try Repository.isClone, "not a clone: no list of tracked files"))
    func noTrackedFileIsLarge() throws {
        let large = try Repository.trackedPaths().filter { path in
            Layout.isTooLarge(byteCount: Repository.byteCount(of: path) ?? 0)
        }
        #expect(large.isEmpty)
    }
}
