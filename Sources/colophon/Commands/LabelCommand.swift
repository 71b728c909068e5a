import ArgumentParser
import Checkpoints
import Encoding
import Provenance
import Studio

/// Lays out labels for the backs of prints.
struct LabelCommand: ColophonCommand {
    static let configuration = CommandConfiguration(
        commandName: "label",
        abstract: "Lay out labels for prints, with a QR code of each entry's page.",
        discussion: """
              colophon label print-1.tif.colophon print-2.tif.colophon --out labels.svg
              colophon label prints/ --sheet 5160 --out labels.html

            A label has the title, the number of the copy, the start of the EntryID, and
            the address of the entry's page as a QR code. A long title is cut, and shows it.

            A record without a receipt is refused: no page shows it yet. At an event labels
            are printed before there is a network; the kit says which ledger they name:
              colophon label outbox/pending --unregistered \\
                --trust trust.colophon-kit --out evening.html

            Their addresses answer once these very records are registered, and not before.

            An .svg holds one sheet; an .html holds as many as there are, one a page. Print
            it at its own size, without margins.

            Sheets: L7160, L7159, L7162, L7163, L7165 and L7651 on A4; 5160, 5162, 5163 and
            5164 on letter paper.

            Nothing is checked; colophon verify says what holds.
            """)

    @Argument(help: ArgumentHelp("The records.", valueName: "file.colophon"))
    var files: [String] = []

    @Option(help: ArgumentHelp("The file to write: .svg or .html.", valueName: "file"))
    var out: String

    @Option(help: "The sheet of labels.")
    var sheet = "L7160"

    @Option(help: "The first label that is free on the first sheet, counted from 1.")
    var start = 1

    @Flag(help: "Lay out records without a receipt too; needs --trust.")
    var unregistered = false

    @Option(
        help: ArgumentHelp(
            "The trust kit of the ledger that they are going to (COLOPHON_TRUST).",
            valueName: "kit"))
    var trust: String?

    @OptionGroup var common: CommonOptions

    /// Labels of one call at most: three reams would be fewer.
    private static let limit = 10_000

    func perform(_ console: Console) async throws(Failure) -> ExitStatus {
        guard let sheet = LabelSheet.named(sheet) else {
            let names = LabelSheet.all.map(\.name).joined(separator: ", ")
            throw .usage("--sheet: no sheet has this name", hint: "these are known: \(names)")
        }
        guard (1...sheet.count).contains(start) else {
            throw .usage("--start: must be 1 to \(sheet.count) on sheet \(sheet.name)")
        }
        let isPage = out.hasSuffix(".html")
        guard isPage || out.hasSuffix(".svg") else {
            throw .usage("--out: must end with .svg or .html")
        }
        let paths = try NamedFile.records(files)
        guard !paths.isEmpty else {
            throw .usage("no record is named", hint: "colophon label --help shows examples")
        }
        guard paths.count <= Self.limit else {
            throw .usage("\(paths.count) records are named, and \(Self.limit) are the most")
        }
        let home = try await home()
        let drawing = LabelDrawing(sheet: sheet)
        var labels: [WorkLabel] = []
        var finder = SpoolFinder()
        var withdrawn = WithdrawnLabels()
        for path in paths {
            let record = try NamedFile.record(path).content
            withdrawn.add(record, path)
            let label = try WorkLabel(record, home: home, file: path)
            guard drawing.hasRoom(for: label) else { throw Self.tooFine(label, sheet, path) }
            if !label.isRegistered { try NamedFile.requireNotRefused(path, &finder) }
            labels.append(label)
        }
        let sheets = Self.sheets(of: labels, drawing, start: start - 1)
        guard isPage || sheets.count == 1 else {
            throw .usage(
                "--out: \(labels.count) labels take \(sheets.count) sheets, and an .svg holds one",
                hint: "a file whose name ends with .html holds all of them")
        }
        let text = isPage ? LabelDrawing.page(sheets, on: sheet.paper) : sheets[0]
        let isNew = try NewOrSame.write(Array(text.utf8), to: out)
        withdrawn.warn(console)
        let waiting = labels.count { !$0.isRegistered }
        if waiting > 0 {
            console.warn(
                out,
                "\(waiting) of \(labels.count) records have no receipt: their addresses answer "
                    + "only after these very records are registered")
        }
        console.print(
            "\(out) \(labels.count) label\(labels.count == 1 ? "" : "s"), sheet \(sheet.name)",
            [
                ("file", .string(Text(out))), ("labels", .integer(Int64(labels.count))),
                ("unregistered", .integer(Int64(waiting))), ("sheet", .string(Text(sheet.name))),
                ("status", isNew ? "written" : "known"),
            ])
        return .yes
    }

    /// The ledger that records without a receipt are going to, by its kit; nil where they are not
    /// asked for.
    private func home() async throws(Failure) -> Origin? {
        guard unregistered else {
            guard trust == nil else {
                throw .usage("--trust: only the labels of --unregistered need a kit")
            }
            return nil
        }
        let settings = try await common.settings(["trust": trust])
        return try NamedFile.kit(settings.requiredKit()).origin
    }

    /// Why a code cannot be printed so small, and on which sheets it can.
    private static func tooFine(
        _ label: WorkLabel, _ sheet: LabelSheet, _ file: String
    ) -> Failure {
        let others = LabelSheet.all.filter { LabelDrawing(sheet: $0).hasRoom(for: label) }
        return Failure(
            .usage, file, "its address is too long for a code that can be read on \(sheet.name)",
            hint: "these have room: " + others.map(\.name).joined(separator: ", "))
    }

    private static func sheets(
        of labels: [WorkLabel], _ drawing: LabelDrawing, start: Int
    ) -> [String] {
        var (sheets, rest, free) = ([String](), labels[...], start)
        while !rest.isEmpty {
            let count = min(rest.count, drawing.sheet.count - free)
            sheets.append(drawing.svg(of: rest.prefix(count), start: free))
            (rest, free) = (rest.dropFirst(count), 0)
        }
        return sheets
    }
}
