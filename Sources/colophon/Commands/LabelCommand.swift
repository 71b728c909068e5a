import ArgumentParser
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
            A record without a receipt is refused: no page shows it yet.

            An .svg holds one sheet; an .html holds as many as there are, one a page. Print
            it at its own size, without margins.

            Sheets: L7160, L7163 and L7159 on A4, 5160 and 5163 on letter paper.

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
        var labels: [WorkLabel] = []
        for path in paths {
            labels.append(try WorkLabel(try NamedFile.record(path).content, file: path))
        }
        let sheets = Self.sheets(of: labels, on: sheet, start: start - 1)
        guard isPage || sheets.count == 1 else {
            throw .usage(
                "--out: \(labels.count) labels take \(sheets.count) sheets, and an .svg holds one",
                hint: "a file that ends with .html holds all of them")
        }
        let text = isPage ? LabelDrawing.page(sheets, on: sheet.paper) : sheets[0]
        let isNew = try NewOrSame.write(Array(text.utf8), to: out)
        console.print(
            "\(out) \(labels.count) labels, sheet \(sheet.name)",
            [
                ("file", .string(Text(out))), ("labels", .integer(Int64(labels.count))),
                ("sheet", .string(Text(sheet.name))), ("status", isNew ? "written" : "known"),
            ])
        return .yes
    }

    private static func sheets(
        of labels: [WorkLabel], on sheet: LabelSheet, start: Int
    ) -> [String] {
        let drawing = LabelDrawing(sheet: sheet)
        var (sheets, rest, free) = ([String](), labels[...], start)
        while !rest.isEmpty {
            let count = min(rest.count, sheet.count - free)
            sheets.append(drawing.svg(of: rest.prefix(count), start: free))
            (rest, free) = (rest.dropFirst(count), 0)
        }
        return sheets
    }
}
