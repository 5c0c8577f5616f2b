package health.salus.smart;

import org.springframework.web.util.HtmlUtils;

/** A page for people, in plain HTML that works without scripts, with a keyboard and in a screen reader. */
final class Page {

    /** Where the style sheet of the pages is. */
    static final String STYLE = "/salus.css";

    private Page() {}

    /** Returns a whole page; the title is escaped here, the content is HTML. */
    static String of(String title, String content) {
        return """
                <!DOCTYPE html>
                <html lang="en">
                <head>
                <meta charset="utf-8">
                <meta name="viewport" content="width=device-width, initial-scale=1">
                <meta name="robots" content="noindex">
                <title>%1$s</title>
                <link rel="stylesheet" href="%2$s">
                </head>
                <body>
                <main>
                <h1>%1$s</h1>
                %3$s
                </main>
                </body>
                </html>
                """.formatted(escape(title), STYLE, content);
    }

    static String hidden(String name, String value) {
        return "<input type=\"hidden\" name=\"%s\" value=\"%s\">\n".formatted(escape(name), escape(value));
    }

    static String escape(String text) {
        return HtmlUtils.htmlEscape(text);
    }
}
