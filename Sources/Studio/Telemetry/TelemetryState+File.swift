import Encoding
import Files

/// The file `telemetry/state.json`: what survives a restart.
extension TelemetryState {
    static let fileName = "state.json"

    /// Eleven values with 512 samples each, of 20 digits.
    private static let byteLimit = 1 << 20

    private static let format: Int64 = 1

    /// Reads the state; nil where there is none, or where the file cannot be understood.
    static func read(
        in folder: Folder
    ) throws(FileError) -> (state: TelemetryState?, isDamaged: Bool) {
        guard let bytes = try folder.read(fileName, limit: byteLimit) else { return (nil, false) }
        let state = (try? JSON.decode(bytes)).flatMap { TelemetryState($0) }
        return (state, state == nil)
    }

    func write(in folder: Folder) throws(FileError) {
        try folder.write(json.encoded(), to: Self.fileName, .replacing(.secret))
    }

    private var json: JSON {
        var object: JSON.Object = [
            "format": .integer(Self.format), "window": window.json,
            "bands": .object(
                Self.object(bands) { band in
                    .array(band.windows.map { .array($0.map { JSON($0) }) })
                }),
            "outside": .array(TelemetryValue.allCases.filter(outside.contains).map(\.json)),
            "strays": .object(Self.object(strays) { .integer(Int64($0)) }),
            "fineUntil": JSON(fineUntil), "extras": .array(extras.map { JSON($0) }),
            "nextRecord": Self.json(nextRecord), "refused": Self.json(refused),
            "nextWork": Self.json(nextWork), "passBegan": JSON(passBegan),
        ]
        object["received"] = received.map { Self.json($0) }
        object["sent"] = sent.map { Self.json($0) }
        object["sealing"] = sealing.map { sealing in
            [
                "next": Self.json(sealing.next), "to": JSON(sealing.to),
                "left": .array(sealing.left.map { .string(Text($0)) }),
            ]
        }
        return .object(object)
    }

    private init?(_ json: JSON) {
        guard json["format"]?.integer == Self.format,
            let window = json["window"].flatMap({ TelemetryWindow($0) }),
            let nextRecord = Self.whole(json["nextRecord"]),
            let refused = Self.whole(json["refused"]), let nextWork = Self.whole(json["nextWork"]),
            let passBegan = json["passBegan"]?.number, let fineUntil = json["fineUntil"]?.number,
            let extras = json["extras"]?.array?.compactMap(\.number),
            extras.count <= TelemetryLimit.extraStatements
        else { return nil }
        self.init(now: window.from, next: nextRecord, refused: refused)
        self.window = window
        (self.nextWork, self.passBegan) = (nextWork, passBegan)
        (self.fineUntil, self.extras) = (fineUntil, extras)
        (received, sent) = (Self.whole(json["received"]), Self.whole(json["sent"]))
        bands = Self.values(json["bands"]) { TelemetryBand($0.numberLists) }
        strays = Self.values(json["strays"]) { $0.integer.map { Int($0) } }
        outside = Set(json["outside"]?.telemetryValues ?? [])
        guard let sealing = json["sealing"] else { return }
        guard let next = Self.whole(sealing["next"]), let to = sealing["to"]?.number else {
            return nil
        }
        let left = (sealing["left"]?.array ?? []).compactMap { $0.text?.string }
        self.sealing = Sealing(next: next, to: to, left: left)
    }

    // MARK: - Numbers and names

    /// Counters of the kernel are larger than the integers of JSON: they are texts.
    fileprivate static func json(_ number: UInt64) -> JSON { .string(Text("\(number)")) }

    fileprivate static func whole(_ json: JSON?) -> UInt64? {
        (json?.text?.string).flatMap { UInt64($0) }
    }

    fileprivate static func object<Value>(
        _ values: [TelemetryValue: Value], _ json: (Value) -> JSON
    ) -> JSON.Object {
        JSON.Object(
            TelemetryValue.allCases.compactMap { value in
                values[value].map { (Text(value.rawValue), json($0)) }
            })
    }

    fileprivate static func values<Value>(
        _ json: JSON?, _ read: (JSON) -> Value?
    ) -> [TelemetryValue: Value] {
        var values: [TelemetryValue: Value] = [:]
        for value in TelemetryValue.allCases {
            values[value] = json?[Text(value.rawValue)].flatMap(read)
        }
        return values
    }
}

extension TelemetryWindow {
    fileprivate var json: JSON {
        [
            "from": JSON(from), "samples": .integer(Int64(samples)),
            "series": .object(TelemetryState.object(series, \.json)),
            "counts": .object(
                JSON.Object(
                    TelemetryCount.allCases.compactMap { count in
                        counts[count].map { (Text(count.rawValue), TelemetryState.json($0)) }
                    })),
            "reconciliations": TelemetryState.json(reconciliations),
            "business": .object(
                JSON.Object(
                    BusinessFigure.allCases.compactMap { figure in
                        business[figure].map { (Text(figure.rawValue), TelemetryState.json($0)) }
                    })),
        ]
    }

    fileprivate init?(_ json: JSON) {
        guard let from = json["from"]?.number, let samples = json["samples"]?.integer,
            samples >= 0, let reconciliations = TelemetryState.whole(json["reconciliations"])
        else { return nil }
        self.init(from: from)
        self.samples = Int(samples)
        self.reconciliations = reconciliations
        series = TelemetryState.values(json["series"]) { TelemetrySeries($0) }
        for count in TelemetryCount.allCases {
            counts[count] = TelemetryState.whole(json["counts"]?[Text(count.rawValue)])
        }
        for figure in BusinessFigure.allCases {
            business[figure] = TelemetryState.whole(json["business"]?[Text(figure.rawValue)])
        }
    }
}

extension TelemetrySeries {
    fileprivate var json: JSON {
        [
            "count": .integer(Int64(count)), "least": JSON(least), "greatest": JSON(greatest),
            "stride": .integer(Int64(stride)), "kept": .array(kept.map { JSON($0) }),
        ]
    }

    fileprivate init?(_ json: JSON) {
        guard let count = json["count"]?.integer, let least = json["least"]?.number,
            let greatest = json["greatest"]?.number, let stride = json["stride"]?.integer,
            let kept = json["kept"]?.array
        else { return nil }
        self.init(
            count: Int(count), least: least, greatest: greatest, stride: Int(stride),
            kept: kept.compactMap(\.number))
    }
}

extension TelemetryValue {
    fileprivate var json: JSON { .string(Text(rawValue)) }
}

extension JSON {
    /// The values that a list names.
    fileprivate var telemetryValues: [TelemetryValue] {
        (array ?? []).compactMap { $0.text.flatMap { TelemetryValue(rawValue: $0.string) } }
    }

    /// The numbers of each list in a list.
    fileprivate var numberLists: [[Double]] {
        (array ?? []).map { ($0.array ?? []).compactMap(\.number) }
    }
}
