export const NOTEBOOK_INSTANCE = "aws:sagemaker/notebookInstance:NotebookInstance";
