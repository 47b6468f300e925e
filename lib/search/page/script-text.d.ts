/** The script of a study's page as text; scripts/page-script.mjs generates it from `script`. */
export const SCRIPT: string
