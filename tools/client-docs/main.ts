import { writePage } from './sections';

writePage();
