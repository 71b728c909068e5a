import Encoding
import Manifests

extension LanguageTable {
    /// German.
    static let german = LanguageTable(
        words: [
            .card: "HERKUNFTSKARTE", .history: "GESCHICHTE",
            .legend: "[P] hier bewiesen  [S] sagt der Signierende  [W] andere sahen es  "
                + "[?] unbekannt",
            .translation: "Übersetzung; signiert ist der englische Text",
            .state: "ZUSTAND", .facts: "ANGABEN, wie signiert",
            .translatedFacts: "ANGABEN, übersetzt", .record: "AUFZEICHNUNG",
            .notCovered: "NICHT ABGEDECKT",
            .signedText: "Der signierte Text, Buchstabe für Buchstabe",
            .markProven: "hier bewiesen", .markStated: "sagt der Signierende",
            .markWitnessed: "andere haben es gesehen", .markUnknown: "hier nicht bekannt",

            .blank: "(leer)",
            .none: "", .verdict: "Urteil", .work: "Datei", .manifest: "Manifest",
            .signer: "Signiert", .key: "Schlüssel", .ledger: "Ledger", .witnesses: "Zeugen",
            .timestamp: "Zeitstempel", .anchor: "Anker", .bracket: "Zeitraum",
            .complete: "Vollzählig",
            .existedBy: "Schon da", .asOf: "Stand", .erased: "Gelöscht",
            .cardDigest: "Kartensumme", .checked: "Geprüft", .name: "Name",
            .entry: "Eintrag", .issuer: "Aussteller", .thread: "Faden",
            .signedAt: "Signiert am", .audience: "Für", .receipt: "Quittung",
            .builder: "Erbauer", .source: "Quelle", .commit: "Commit",
            .override: "Trotz Maß", .type: "Art",

            .withdrawal: "Rücknahme", .correction: "Korrektur",
            .levelSigned: "signiert", .levelLogged: "eingetragen",
            .levelWitnessed: "bezeugt", .levelTimestamped: "mit Zeitstempel",
            .levelAnchored: "verankert",

            .verified: "bewiesen: %1",
            .recordHolds: "die Aufzeichnung hält: %1; das Werk wurde NICHT geprüft",
            .recordOfNoFileHolds: "die Aufzeichnung hält: %1; sie handelt von keiner Datei",
            .suspectAccepted: "VERDÄCHTIG und trotzdem angenommen",
            .damaged: "beschädigte oder unvollständige Aufzeichnung",
            .refuted: "FALSCH, nicht zu glauben: %1",
            .anotherFile: "NICHT DIESELBE DATEI, die die Aufzeichnung beschreibt (bearbeitet, neu "
                + "gespeichert oder ein anderes Bild)",
            .anotherFileOfNone: "NICHT DIESELBE DATEI: die Aufzeichnung handelt von keiner",
            .suspect: "VERDÄCHTIG: %1", .unproven: "NICHT BEWIESEN: %1",
            .workUnchecked: "nur die Aufzeichnung: das Werk wurde NICHT geprüft",
            .isAbsent: "fehlt: %1", .isUnknown: "diesem Vertrauenssatz nicht bekannt: %1",
            .isNotChecked: "hier nicht geprüft: %1", .isFalse: "FALSCH: %1",
            .isSuspect: "VERDÄCHTIG: %1", .isThere: "bewiesen: %1",
            .carriesNone: "fehlt: die Aufzeichnung hat keinen",
            .nothingChecked: "nichts: kein Vertrauenssatz wurde genannt, und alles hier sagt die "
                + "Aufzeichnung selbst; colophon verify sagt, was hält",

            .sameFile: "ist genau die Datei, die die Aufzeichnung nennt: SHA-256 %1",
            .sameManifest: "ist genau das Manifest, das signiert wurde: SHA-256 %1",
            .notCompared: "nicht verglichen: keine Datei wurde genannt",
            .aboutNoFile: "die Aufzeichnung handelt von keiner Datei",
            .manifestSigned: "ist das signierte",
            .manifestAbsent: "fehlt: gelöscht oder weggelassen; was gesagt wurde, ist nicht "
                + "bekannt",
            .manifestOther: "FALSCH: ist nicht das signierte",
            .manifestUnreadable: "ist nicht lesbar: %1",
            .signedBy: "signiert von %1",
            .signedWithKeyOf: "signiert mit dem Schlüssel von %1",
            .keyUnplaced:
                "gültig bei Baumgröße %1; wo diese Aufzeichnung steht, ist nicht bewiesen",
            .keyOlder:
                "gültig bei Baumgröße %1; was von dort bis zu diesem Eintrag entschieden "
                + "wurde, ist nicht bekannt",
            .keyAdded: "gültig für diesen Eintrag, nicht widerrufen bis Baumgröße %1",
            .keyRetired: "gültig für diesen Eintrag; seither außer Dienst, bis Baumgröße %1",
            .keyRevokedLater: "gültig für diesen Eintrag; später widerrufen, in Eintrag %1",
            .keyRevokedLaterWhy: "gültig für diesen Eintrag; später widerrufen, in Eintrag %1 "
                + "(\"%2\")",
            .keySuspect: "VERDÄCHTIG: %1",
            .headSuspect: "VERDÄCHTIG: ein Schlüssel des Ledgers wurde gestohlen, und ein Dieb "
                + "kann die Quittung gemacht haben",
            .entryOf: "Eintrag %1 von %2", .entryOfAt: "Eintrag %1 von %2, eingetragen bis %3",
            .noReceipt: "die Aufzeichnung hat keine Quittung: sie ist in keinem bekannten Log",
            .receiptOf: "%1, Baumgröße %2, Eintrag %3, %4; nicht geprüft",
            .receiptOfHead: "%1, führt den Baum von %2 zu %3 fort, %4; nicht geprüft",
            .receiptUnreadable: "ist nicht lesbar", .moreReceipts: "und %1 weitere",
            .seenBy: "gesehen von %1 (%2 von %3) bis %4",
            .seenByNewest: "gesehen von %1 (%2 von %3) bis %4, zuletzt %5",
            .noQuorum: "dieser Vertrauenssatz verlangt keine Zeugen",
            .datedBy: "von %1 bis %2",
            .existedByWitnesses: "%1, sagen die Zeugen", .existedByAuthority: "%1, sagt %2",
            .bracketBoth: "nicht vor %1 (Kopf von %2 Einträgen, gesehen von %3), nicht nach %4",
            .bracketSeen: "nicht vor %1 (Kopf von %2 Einträgen, gesehen von %3)",
            .bracketOpen: "nicht vor dem Kopf des Logs von %1 Einträgen, nicht nach %2",
            .bracketLedger: "nicht vor dem Kopf des Logs von %1 Einträgen",
            .asOfOffline: "Baumgröße %1, %2; nichts wurde im Netz nachgesehen",
            .asOfOnline: "Baumgröße %1, %2; eben nachgesehen",
            .newerThanKit:
                "die Aufzeichnung ist neuer als dieser Vertrauenssatz, der das Log bis Eintrag "
                + "%1 kennt; ein neuerer sagt vielleicht mehr",
            .erasedBy: "das Ledger hat das Manifest durch Eintrag %1 gelöscht: %2",

            .digestSigned: "das signierte Manifest hat diesen SHA-256 des englischen Textes",
            .digestUnsigned: "das Manifest hat keine Summe des Textes; er folgt aus ihm",

            .moreLines: "und %1 weitere Zeilen, die hier nicht stehen: --json hat alle",
            .signedAtClock: "%1 (Uhr: %2)", .clockNobody: "von niemandem gestellt",
            .clockGood: "%1, auf %2 s genau", .keyNamed: "%1 (%2)",

            .stepUnlike: "sieht Eintrag %1 weniger ähnlich, als das Getane erklärt: Abstand %2 von "
                + "256",
            .look: "Aussehen", .credentials: "C2PA", .parentLook: "Ursprung",
            .lookRecorded: "aufgezeichnet, kann gesucht werden",
            .lookPlain: "zu eintönig für einen Vergleich", .lookUnavailable: "nicht vorhanden: %1",
            .lookOther: "aufgezeichnet mit %1, womit hier nicht verglichen wird",
            .lookMalformed: "aufgezeichnet, ist aber kein Hash von pdq; nicht zu suchen",
            .looksLike: "sieht aus wie Eintrag %1 (%2)", .bandResaved: "neu gespeichert",
            .bandResized: "in anderer Größe", .bandSimilar: "ähnlich",
            .parentLooks: "Abstand %1 von 256 zu dessen Aussehen, soweit angegeben",
            .parentStrays: "sieht ihm weniger ähnlich als angegeben: Abstand %1 von 256",
            .credentialsNamed: "trägt Content Credentials; ob sie wahr sind, wird hier nicht "
                + "geprüft: %1",
            .credentialsSame: "trägt Content Credentials, dieselben wie beim Signieren; ob sie "
                + "wahr sind, wird hier nicht geprüft",
            .credentialsOther: "trägt andere Content Credentials, als die Aufzeichnung nennt",
            .credentialsGone: "trägt keine Content Credentials, und die Aufzeichnung nennt welche",
            .credentialsCopied: "trägt die Content Credentials, die die Aufzeichnung nennt; jeder "
                + "kann sie in eine andere Datei kopieren",
            .credentialsDiffer: "trägt andere Content Credentials, als die Aufzeichnung nennt",
            .credentialsLost: "trägt keine Content Credentials; die Aufzeichnung nennt welche",
            .credentialsUnread: "hat Content Credentials, die nicht lesbar sind",

            .plain: "%1", .thisOne: "dieser hier",
            .scopeUnread: "%1 weitere Einträge wurden gefunden und nicht gelesen: %2 sind hier die "
                + "Grenze",
            .stepsUnshown: "%1 weitere Einträge wurden gelesen und haben hier keinen Platz",
            .linkEntry: "seine Seite", .linkRecord: "seine Aufzeichnung",
            .linkProof: "sein Beweis",
            .linesUnshown: "%1 weitere Zeilen stehen in der Aufzeichnung und haben hier "
                + "keinen Platz",
            .stepLogged: "Eintrag %1, eingetragen bis %2", .stepPlaced: "Eintrag %1",
            .stepUnregistered: "Eintrag %1: nicht in diesem Ledger",
            .stepUnproven: "Eintrag %1: sein Platz in einem Log ist hier nicht bewiesen",
            .stepSigned: "signiert von %1",
            .stepUnsigned: "nennt %1 als Signierenden; %2",
            .stepFalse: "FALSCH: %1", .stepOtherSigner: "signiert von jemand anderem: %1",
            .stepSuspect: "VERDÄCHTIG, signiert mit dem Schlüssel von %1: %2",
            .stepKeyOf: "signiert mit dem Schlüssel von %1; %2",
            .stepUnplaced: "wo er steht, ist hier nicht bewiesen",
            .stepOlderKit: "dieser Vertrauenssatz, von Baumgröße %1, ist älter als der Eintrag",
            .stepSays: "%1: \"%2\" von %3", .stepCopy: "Exemplar %1 von %2",
            .stepActions: "was getan wurde: %1", .stepCaptured: "aufgenommen %1 (Uhr: %2)",
            .stepOfType: "Art %1",
            .stepErased: "sein Manifest wurde durch Eintrag %1 gelöscht: %2",
            .stepAbsent: "sein Manifest fehlt: was es sagt, ist nicht bekannt",
            .stepWithdraws: "ZIEHT Eintrag %1 ZURÜCK", .stepCorrects: "berichtigt Eintrag %1",
            .stepWithdrawsFile: "ZIEHT die Datei SHA-256 %1 ZURÜCK",
            .stepCorrectsFile: "berichtigt, was über die Datei SHA-256 %1 gesagt wurde",
            .withdrawsUnnamed: "ZIEHT einen Eintrag ZURÜCK, den sie nicht nennt",
            .withdrawnBy: "ZURÜCKGEZOGEN durch Eintrag %1",
            .withdrawnByOther: "Eintrag %1, von jemand anderem, sagt, dass er dies zurückzieht",
            .correctedBy: "berichtigt durch Eintrag %1",
            .correctedByOther: "Eintrag %1, von jemand anderem, sagt, dass er dies berichtigt",
            .withdrawnByDoubtful:
                "Eintrag %1 sagt, dass er dies zurückzieht; sein Platz oder sein Signierender "
                + "ist zweifelhaft",
            .correctedByDoubtful:
                "Eintrag %1 sagt, dass er dies berichtigt; sein Platz oder sein Signierender "
                + "ist zweifelhaft",
            .sameCopy: "Eintrag %1 nennt dasselbe Exemplar",
            .parentElsewhere: "auch gemacht aus Eintrag %1 (%2)",
            .parentOther: "seinen Ursprung, Eintrag %1, hat jemand anderes signiert: %2",
            .parentAbsent: "seinen Ursprung, Eintrag %1, hat dieses Ledger nicht",
            .parentFileAbsent:
                "sein Ursprung ist eine Datei, die hier kein Eintrag nennt: SHA-256 %1",
            .parentUnread:
                "sein Ursprung, Eintrag %1, wurde nicht angesehen: eine Grenze war erreicht",
            .parentFileUnread:
                "sein Ursprung, die Datei SHA-256 %1, wurde nicht gesucht: eine "
                + "Grenze war erreicht",
            .parentUnseen: "sein Ursprung, Eintrag %1, wurde nicht nachgesehen",
            .parentFileUnseen: "sein Ursprung, die Datei SHA-256 %1, wurde nicht nachgesehen",
            .parentCircle: "nennt den eigenen Nachfahren, Eintrag %1, als Ursprung: ein Kreis",
            .parentLater: "sein Ursprung, Eintrag %1, wurde nach ihm eingetragen",
            .moreParents: "und %1 weitere Ursprünge", .andMore: "%1 und %2 weitere",
            .eventCapture: "Aufnahme", .eventEdit: "Bearbeitung",
            .eventPublish: "Veröffentlichung", .eventIssue: "Ausgabe eines Exemplars",
            .eventTransfer: "Übergabe", .eventCorrect: "Berichtigung",
            .eventWithdraw: "Rücknahme",
            .relationWhole: "als sein Ursprung", .relationPart: "als ein Teil davon",
            .relationInput: "als eine Eingabe",
            .scopeRecord: "nur diese Aufzeichnung wurde gelesen: colophon history fragt ein Ledger",
            .scopeLedger: "bei Baumgröße %1 von %2; dass kein Eintrag fehlt, ist das Wort des "
                + "Ledgers",
            .scopeFiles: "die neuesten %1 Einträge von %2 wurden gelesen, bei Baumgröße %3",
            .scopeUnlisted: "Werke, die hieraus in einem anderen Faden und mit einer anderen Datei "
                + "entstanden, stehen in keiner Liste",

            .scopeCut:
                "es gibt mehr: %1 Einträge wurden gelesen, das ist die Grenze; eine "
                + "Berichtigung oder Rücknahme kann unter den anderen sein",
            .scopeOlderKit:
                "Schlüssel sind bei Baumgröße %1 beurteilt, der dieses Vertrauenssatzes: einer "
                + "kann seither widerrufen sein",
            .openTruth: "Ob das Werk die Wahrheit zeigt.",
            .openTakenBack:
                "Ob eine spätere Aufzeichnung diese berichtigt oder zurückzieht: colophon "
                + "history fragt.",
            .openPerson: "Welche Person hinter einem Schlüssel steht.",
            .openPaper: "Ob ein Druck, ein Rahmen oder ein Preis zu dieser Aufzeichnung gehört.",
            .openCopies: "Dass es kein zweites Exemplar %1 von %2 gibt.",
            .openCapture: "Wann das Werk entstand: eine Uhr sagt es, und sonst niemand.",
            .openLater: "Was das Ledger nach Baumgröße %1 entschied: ein Schlüssel kann "
                + "widerrufen sein.",
            .openNothing: "Ob irgendetwas davon hält: nichts wurde geprüft.",
            .openErased: "Was das gelöschte Manifest sagte.",
        ],
        actions: [
            .addedText: "Text hinzugefügt", .adjustedColor: "Farben oder Belichtung angepasst",
            .changedSpeed: "Geschwindigkeit geändert",
            .colorAdjustments: "Farben oder Belichtung angepasst",
            .converted: "in ein anderes Format gebracht", .copied: "kopiert",
            .created: "erstellt", .cropped: "beschnitten", .deleted: "Teile gelöscht",
            .drawing: "darauf gezeichnet", .dubbed: "synchronisiert", .edited: "bearbeitet",
            .editedMetadata: "Metadaten bearbeitet", .enhanced: "verbessert",
            .filtered: "gefiltert", .formatted: "formatiert", .managed: "verwaltet",
            .opened: "geöffnet", .orientation: "gedreht oder gespiegelt",
            .placed: "ein anderes Werk eingesetzt", .printed: "gedruckt",
            .produced: "produziert", .published: "veröffentlicht",
            .redacted: "Teile unkenntlich gemacht", .removed: "ein Teil entfernt",
            .repackaged: "neu verpackt", .resized: "Größe geändert",
            .resizedProportional: "Größe im Verhältnis geändert", .saved: "gespeichert",
            .transcoded: "neu kodiert", .translated: "übersetzt", .trimmed: "gekürzt",
            .unknown: "etwas, das nicht aufgezeichnet wurde",
            .versionUpdated: "Version erneuert", .watermarked: "mit Wasserzeichen versehen",
            .watermarkedBound: "mit Wasserzeichen, das an die Aufzeichnung gebunden ist",
            .watermarkedUnbound: "mit Wasserzeichen, das nicht an die Aufzeichnung gebunden ist",
        ],
        wording: germanWording)

    private static let germanWording = CardWording(
        labels: [
            .card1: "KARTE 1", .card2: "KARTE 2", .type: "Art", .extra: "Erweiterung",
            .files: "Dateien", .sha256: "SHA-256", .predicate: "Prädikat", .none: "",
            .title: "Titel", .creator: "Urheber", .event: "Ereignis", .captured: "Aufgenommen",
            .pop: "PoP", .language: "Sprache", .text: "Text", .edition: "Auflage",
            .drop: "Drop", .milestone: "Meilenstein", .madeFrom: "Gemacht aus",
            .actions: "Schritte", .inventory: "Bestand", .place: "Ort",
            .fingerprint: "Abdruck", .c2pa: "C2PA", .seen: "Gesehen",
            .slice: "Abschnitt", .decision: "Entscheid", .metric: "Maß",
            .observed: "Beobachtet", .evidence: "Belege", .verdict: "Urteil",
            .counts: "Zahlen", .serials: "Nummern", .summary: "Übersicht",
            .timeline: "Verlauf", .entries: "Einträge", .device: "Gerät",
            .integrity: "Integrität", .business: "Geschäft", .window: "Zeitraum",
            .ledger: "Ledger", .noteKey: "Notizschl.", .receiptKey: "Quittungss.",
            .ledgerKey: "Ledgerschl.", .recovery: "Rettung", .algorithms: "Verfahren",
            .types: "Arten", .limits: "Grenzen", .ahead: "Vorlauf", .operation: "Vorgang",
            .issuer: "Aussteller", .roles: "Rollen", .key: "Schlüssel", .valid: "Gültig",
            .until: "Bis", .suspect: "Verdächtig", .reason: "Grund", .handover: "Übergabe",
            .oldKey: "Alt", .newKey: "Neu", .lastSize: "Letzte Gr.", .erased: "Gelöscht",
            .manifest: "Manifest", .authority: "Stelle",
        ],
        phrases: [
            .heading: "was der Signierende sagt; diese Karte beweist nichts davon",
            .copy: "Exemplar %1 von %2", .capture: "%1, Uhr %2", .within: ", auf %1 s genau",
            .parentEntry: "%1 Eintrag %2", .parentFile: "%1 SHA-256 %2",
            .bounds: "West %1, Süd %2, Ost %3, Nord %4", .sample: "%1, %2 m je Bildpunkt",
            .fingerprint: "%1, Güte %2, Profil %3", .seen: "Log %1 bei Größe %2",
            .unnamed: "ohne Namen", .unrecognised: "Angaben, die nicht bekannt sind: %1",
            .unshown: "Angaben, die nicht gezeigt werden: %1", .more: "und %1 weitere",
            .span: "%1 bis %2", .suspectEntries: "ab Eintrag %1",
            .suspectHeads: "Köpfe ab Größe %1",
        ],
        values: [
            "capture": "Aufnahme", "edit": "Bearbeitung", "publish": "Veröffentlichung",
            "issue": "Ausgabe", "transfer": "Übergabe", "correct": "Berichtigung",
            "withdraw": "Rücknahme", "parentOf": "Ursprung", "componentOf": "Teil",
            "inputTo": "Eingabe", "gnss": "Satellit", "ntp": "Netz (NTP)",
            "device": "Gerät", "declared": "angegeben",
            "start": "Beginn", "promote": "Freigabe", "hold": "Halt", "rollback": "Rückschritt",
            "balanced": "geht auf", "mismatch": "geht nicht auf",
            "allotted": "zugeteilt", "sold": "verkauft", "returned": "zurückgegeben",
            "remaining": "übrig", "add": "Zulassung", "retire": "außer Dienst",
            "revoke": "Widerruf", "admin": "Verwaltung", "ci": "Bau (CI)", "pop": "PoP",
            "note": "Notizschlüssel", "receipt": "Quittungsschlüssel", "ledger": "Ledgerschlüssel",
        ])
}
