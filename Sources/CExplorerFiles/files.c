// The files that the program has inside it: one array and one row of the table for each.
//
// `#embed` (C23) puts the bytes of a file between the braces, and the compiler notes the file as
// one that this depends on.
#pragma clang diagnostic ignored "-Wc23-extensions"

#include "files.h"

static const unsigned char Schemas_perceptual_md[] = {
#embed "../../Schemas/perceptual.md"
};
static const unsigned char Templates_entry_mustache[] = {
#embed "../Explorer/Templates/entry.mustache"
};
static const unsigned char Templates_form_mustache[] = {
#embed "../Explorer/Templates/form.mustache"
};
static const unsigned char Templates_front_mustache[] = {
#embed "../Explorer/Templates/front.mustache"
};
static const unsigned char Templates_icon_svg[] = {
#embed "../Explorer/Templates/icon.svg"
};
static const unsigned char Templates_indexhead_mustache[] = {
#embed "../Explorer/Templates/indexhead.mustache"
};
static const unsigned char Templates_layout_mustache[] = {
#embed "../Explorer/Templates/layout.mustache"
};
static const unsigned char Templates_likeness_mustache[] = {
#embed "../Explorer/Templates/likeness.mustache"
};
static const unsigned char Templates_list_mustache[] = {
#embed "../Explorer/Templates/list.mustache"
};
static const unsigned char Templates_log_mustache[] = {
#embed "../Explorer/Templates/log.mustache"
};
static const unsigned char Templates_ops_mustache[] = {
#embed "../Explorer/Templates/ops.mustache"
};
static const unsigned char Templates_problem_mustache[] = {
#embed "../Explorer/Templates/problem.mustache"
};
static const unsigned char Templates_site_css[] = {
#embed "../Explorer/Templates/site.css"
};
static const unsigned char Verify_bytes_js[] = {
#embed "../Explorer/Verify/bytes.js"
};
static const unsigned char Verify_card_js[] = {
#embed "../Explorer/Verify/card.js"
};
static const unsigned char Verify_checks_json[] = {
#embed "../Explorer/Verify/checks.json"
};
static const unsigned char Verify_keys_js[] = {
#embed "../Explorer/Verify/keys.js"
};
static const unsigned char Verify_kit_js[] = {
#embed "../Explorer/Verify/kit.js"
};
static const unsigned char Verify_page_js[] = {
#embed "../Explorer/Verify/page.js"
};
static const unsigned char Verify_phrases_json[] = {
#embed "../Explorer/Verify/phrases.json"
};
static const unsigned char Verify_records_js[] = {
#embed "../Explorer/Verify/records.js"
};
static const unsigned char Verify_rules_json[] = {
#embed "../Explorer/Verify/rules.json"
};
static const unsigned char Verify_shapes_js[] = {
#embed "../Explorer/Verify/shapes.js"
};
static const unsigned char Verify_shapes_json[] = {
#embed "../Explorer/Verify/shapes.json"
};
static const unsigned char Verify_verifier_js[] = {
#embed "../Explorer/Verify/verifier.js"
};
static const unsigned char Verify_verify_css[] = {
#embed "../Explorer/Verify/verify.css"
};
static const unsigned char Verify_verify_html[] = {
#embed "../Explorer/Verify/verify.html"
};
static const unsigned char Verify_words_js[] = {
#embed "../Explorer/Verify/words.js"
};

static const struct colophon_packed_file_entry files[] = {
    {"Schemas/perceptual.md", Schemas_perceptual_md, sizeof(Schemas_perceptual_md)},
    {"Templates/entry.mustache", Templates_entry_mustache, sizeof(Templates_entry_mustache)},
    {"Templates/form.mustache", Templates_form_mustache, sizeof(Templates_form_mustache)},
    {"Templates/front.mustache", Templates_front_mustache, sizeof(Templates_front_mustache)},
    {"Templates/icon.svg", Templates_icon_svg, sizeof(Templates_icon_svg)},
    {"Templates/indexhead.mustache", Templates_indexhead_mustache,
     sizeof(Templates_indexhead_mustache)},
    {"Templates/layout.mustache", Templates_layout_mustache, sizeof(Templates_layout_mustache)},
    {"Templates/likeness.mustache", Templates_likeness_mustache,
     sizeof(Templates_likeness_mustache)},
    {"Templates/list.mustache", Templates_list_mustache, sizeof(Templates_list_mustache)},
    {"Templates/log.mustache", Templates_log_mustache, sizeof(Templates_log_mustache)},
    {"Templates/ops.mustache", Templates_ops_mustache, sizeof(Templates_ops_mustache)},
    {"Templates/problem.mustache", Templates_problem_mustache, sizeof(Templates_problem_mustache)},
    {"Templates/site.css", Templates_site_css, sizeof(Templates_site_css)},
    {"Verify/bytes.js", Verify_bytes_js, sizeof(Verify_bytes_js)},
    {"Verify/card.js", Verify_card_js, sizeof(Verify_card_js)},
    {"Verify/checks.json", Verify_checks_json, sizeof(Verify_checks_json)},
    {"Verify/keys.js", Verify_keys_js, sizeof(Verify_keys_js)},
    {"Verify/kit.js", Verify_kit_js, sizeof(Verify_kit_js)},
    {"Verify/page.js", Verify_page_js, sizeof(Verify_page_js)},
    {"Verify/phrases.json", Verify_phrases_json, sizeof(Verify_phrases_json)},
    {"Verify/records.js", Verify_records_js, sizeof(Verify_records_js)},
    {"Verify/rules.json", Verify_rules_json, sizeof(Verify_rules_json)},
    {"Verify/shapes.js", Verify_shapes_js, sizeof(Verify_shapes_js)},
    {"Verify/shapes.json", Verify_shapes_json, sizeof(Verify_shapes_json)},
    {"Verify/verifier.js", Verify_verifier_js, sizeof(Verify_verifier_js)},
    {"Verify/verify.css", Verify_verify_css, sizeof(Verify_verify_css)},
    {"Verify/verify.html", Verify_verify_html, sizeof(Verify_verify_html)},
    {"Verify/words.js", Verify_words_js, sizeof(Verify_words_js)},
};

const size_t colophon_packed_file_count = sizeof(files) / sizeof(files[0]);

struct colophon_packed_file_entry colophon_packed_file(long place) {
    return files[place];
}
