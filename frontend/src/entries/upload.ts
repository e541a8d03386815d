import "../islands/file-drop.ts";
import "../islands/split-editor.ts";
